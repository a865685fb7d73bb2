"""What is made faulty: which files decide what, and how many faults of each area are tried."""

# For each area: its files, by patterns below Sources, and how many of their faults are tried; None for all.
AREAS = {
    "SQL compiler": (["FilterSQL/*.swift"], None),
    "access decision": ([
        "AccessProfiles/PreparedProfile*.swift", "AccessProfiles/PreparedCondition*.swift",
        "AccessProfiles/TableAccess.swift", "AccessProfiles/EnabledTables.swift", "AccessProfiles/NameSet.swift",
        "AccessProfiles/FieldPath.swift", "AccessProfiles/FieldScope*.swift", "AccessProfiles/Profile.swift",
        "AccessProfiles/Grant.swift", "AccessProfiles/User.swift", "AccessProfiles/Navigation.swift",
        "AccessProfiles/Ceilings/*.swift"], None),
    "projection": ([
        "Rowscope/Requests/RequestResolution.swift", "Rowscope/Service/PreparedList.swift",
        "Rowscope/Records/NamedFields.swift", "Rowscope/Records/RecordLayout.swift"], None),
    "cursor": ([
        "Rowscope/Requests/Cursor.swift", "Rowscope/Requests/RequestFingerprint.swift",
        "Rowscope/Requests/ByteCoding.swift", "RecordFilter/Query+Phases.swift"], None),
    "evaluation": ([
        "RecordFilter/Comparison*.swift", "RecordFilter/*Evaluation.swift", "RecordFilter/Affinity*.swift",
        "RecordFilter/BorrowedValue+Affinity.swift", "RecordFilter/Filter+Building.swift",
        "RecordFilter/Filter+Simplification.swift", "RecordFilter/TextPattern+Matching.swift",
        "RecordFilter/JSONMembers.swift", "RecordFilter/NumberText+Parsing.swift",
        "Rowscope/Records/Record*.swift", "Rowscope/Records/RelatedTest.swift"], 150),
    "kernels": ([
        "FilterMemory/*Predicates.swift", "FilterMemory/*Predicate.swift", "FilterMemory/Row*.swift",
        "FilterMemory/RangeKernels.swift", "FilterMemory/Marks.swift",
        "FilterMemory/SemiJoin.swift", "FilterMemory/ClassTest.swift", "FilterMemory/NumberBound.swift",
        "FilterMemory/LinkedMembers.swift", "FilterMemory/KeyEncoder.swift",
        "FilterMemory/IntegerStorage.swift", "FilterMemory/Block*.swift", "FilterMemory/Scan.swift"], 200),
    "kernels in C": (["CFilterKernels/*.c"], None),
}

# Functions that decide how fast an answer comes and not which, and what is only said of an answer.
LEAVES_OUT = {"cost", "comparisonCost", "description", "hash", "englishLabel", "portugueseLabel", "hint", "label"}

# The modules that need no other to be tested, and the tests of each by itself.
UNITS = ["RecordFilter", "AccessProfiles", "FilterSQL", "FilterMemory"]
UNIT_TARGETS = ["RecordFilterTests", "AccessProfilesTests", "FilterSQLTests", "FilterMemoryTests"]
# Their tests have SQLite's ways with numbers from these, see `SQLiteDialect`.
UNITS_NEED = ["FilterSQL", "RecordStore"]
# All that can be made faulty, and the tests that ask through them. The tests of the command line and of safety start processes or
# take long, and take no part.
MODULES = [*UNITS, "RecordStore", "Rowscope"]
TARGETS = [*UNIT_TARGETS, "CorpusTests", "DifferentialTests", "RowscopeTests"]
