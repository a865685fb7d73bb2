extension JSONSchema {
  /// A file of tests.
  static let tests = object(
    [("tests", list(of: test)), ("now", text), ("rows", map(to: list(of: map(to: anything))))],
    required: ["tests"], topic: .tests, "A file of tests", isRoot: true)

  private static let names = list(of: text)

  private static let test = object(
    [
      ("name", text), ("as", either([identifier, reference("user")])), ("table", text),
      ("record", either([identifier, list(of: anything)])), ("request", request),
      ("records", list(of: anything)), ("count", wholeNumber), ("hidden", names),
      ("readonly", names),
      (
        "rights",
        list(
          of: choice([
            "create", "edit", "delete", "comment", "manage_structure", "manage_developer_fields",
          ]))
      ), ("denied", flag),
    ], required: ["as"], topic: .tests, "A test")
}
