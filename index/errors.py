"""The errors Kutip raises, drawn as a tree.

KutipError
├── InputError        a question, filter or file that cannot be understood
│   └── QuestionError what was typed cannot be asked, told in the reader's language (qa)
├── ModelError        an encoder that cannot be found, loaded or trusted
├── CollectionError   a collection that is missing, damaged or made by something else
│   └── NoCollectionError there is none yet
├── BackendError      the engine that searches for the collection is missing or refuses
├── DiskError         the disk is full or failing, or memory ran out
├── LockedError       another writer holds the collection
├── NotThereError     what was asked for by name is not there (api)
├── BusyError         more questions wait than will be answered soon (api)
└── ToldError         what a reader cannot have, said in the reader's language (page)

Every message is one line: what is wrong, where, and the next step. "The articles do not say" is
an answer, never an error.
"""


class KutipError(Exception):
    """The base of every error Kutip raises on purpose."""


class InputError(KutipError):
    """Something the user gave (a path, a question, a filter, a line of a file) is unusable."""


class ModelError(KutipError):
    """The encoder is missing, damaged, of another version, or returned numbers that are not."""


class CollectionError(KutipError):
    """The collection is missing, damaged, or was made by another encoder or format."""


class NoCollectionError(CollectionError):
    """There is no collection yet."""


class BackendError(KutipError):
    """The engine that searches for the collection cannot be reached, is absent, or refuses."""


class LockedError(KutipError):
    """Another process is writing to the collection."""


class DiskError(KutipError):
    """The disk is full, failing or forbidden, or memory ran out; what is stored stays sound."""
