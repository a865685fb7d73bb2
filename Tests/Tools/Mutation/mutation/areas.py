"""The files that faults are made in, by area, and how many faults of each area are tried."""

# For each area: its files, as `package.files` takes them, and how many faults are tried; None for
# all.
AREAS = {
    "SQL compiler": (["FilterSQL/*.swift"], None),
    "access decision": ([
        "PreparedProfile*.swift", "PreparedCondition*.swift", "TableAccess.swift",
        "EnabledTables.swift", "NameSet.swift", "FieldPath.swift", "FieldScope*.swift",
        "Profile.swift", "Grant.swift", "User.swift", "Navigation.swift", "Limits/*.swift",
        "Invitation.swift", "Power.swift", "Right.swift", "Seat.swift", "UserType.swift"], None),
    "projection": ([
        "RequestResolution.swift", "PreparedPage.swift", "NamedFields.swift",
        "RecordLayout.swift"], None),
    "cursor": ([
        "Cursor.swift", "ResolvedRequest.swift", "RequestFingerprint.swift",
        "ByteCoding.swift", "Query+Phases.swift"], None),
    "evaluation": ([
        "Comparison*.swift", "*Evaluation.swift", "ISODateText.swift", "Affinity*.swift",
        "BorrowedValue+Affinity.swift",
        "Filter+Building.swift", "Filter+Simplification.swift", "TextPattern+Matching.swift",
        "JSONMembers.swift", "NumberText+Parsing.swift", "RecordAccess.swift",
        "RecordDecision.swift", "RecordPredicate.swift", "RecordScope.swift",
        "RecordService+RecordAccess.swift", "RelatedTest.swift"], 150),
    "kernels": ([
        "*Predicates.swift", "SearchPredicate.swift", "RowOrder.swift", "RowSorter.swift",
        "RangeKernels.swift", "Bitmap.swift", "SemiJoin.swift", "StorageClassTest.swift",
        "NumberBound.swift", "LinkedMembers.swift", "KeyEncoder.swift", "IntegerStorage.swift",
        "Block*.swift", "Scan.swift"], 200),
    "kernels in C": (["CFilterKernels/*.c"], None),
}

# Functions that affect only speed or descriptions, not answers.
LEAVES_OUT = {"cost", "comparisonCost", "description", "hash", "englishLabel", "portugueseLabel",
              "hint", "label"}

# Tests of modules that can be tested alone, each named after its module.
UNIT_TARGETS = ["RecordFilterTests", "AccessProfilesTests", "FilterSQLTests", "FilterMemoryTests"]
# All tests that take part. Those of the command line and of safety start processes or take long.
TARGETS = [
    *UNIT_TARGETS, "CorpusTests", "DifferentialTests", "RecordEngineTests", "RowscopeTests"]
