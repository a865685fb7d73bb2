import AccessProfiles

extension Condition {
  /// Parses a condition as written on the command line: fields, operators and values, joined by
  /// `and` and `or`, negated by `not`, grouped by parentheses. `some members (role = editor)`, and
  /// so `none` and `every`, are about one related record.
  ///
  /// ```swift
  /// let open = try Condition("status in Open, Doing")
  /// let page = try await service.list(
  ///   ListRequest(table: "tasks", where: Condition("priority >= 4") && open), as: ana)
  /// ```
  ///
  /// `@id_user` and the other references stand for the user's own values. The text never becomes
  /// part of any SQL: values are bound, and names are resolved among the fields that the user sees.
  ///
  /// Complexity: O(n) in the bytes of the text.
  /// - Throws: `invalid_request` if the text is not a condition, with the place and a hint.
  public init(_ text: String) throws(ServiceError) {
    do throws(ConditionTextError) {
      try self.init(text: text)
    } catch {
      throw ServiceError(
        .invalidRequest,
        "in the condition, at character \(error.excerpt.before.count + 1), \(error.message)",
        hint: error.help)
    }
  }
}
