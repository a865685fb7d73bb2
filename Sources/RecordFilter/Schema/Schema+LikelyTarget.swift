import RowscopeModel

extension Schema {
  /// The key that a field's name speaks of: for `client`, `client_id` or `clientId` that of
  /// `clients`, for `owner` or `created_by` that of the table of people. A guess, for hints and
  /// first drafts.
  package func likelyTarget(of field: FieldID, in table: TableID) -> FieldReference? {
    let column = self[table][field]
    guard !column.isManyValued, self[table].primaryKey != [field] else { return nil }
    let words = column.name.string.nameWords
    let stems = Self.stems(of: words)
    for stem in stems {
      if let target = keyOfTable(called: stem, besides: table, for: column) { return target }
    }
    guard stems.contains(where: Self.people.contains) || words.last == "by" else { return nil }
    for name in Self.tablesOfPeople {
      if let target = keyOfTable(called: name, besides: nil, for: column) { return target }
    }
    return nil
  }

  /// The table whose name is this word, in the singular or the plural, with a prefix or without.
  private func keyOfTable(
    called stem: String, besides table: TableID?, for column: Field
  ) -> FieldReference? {
    let forms = Self.forms(of: stem)
    let candidates = tables.indices.compactMap { index -> (rank: Int, target: FieldReference)? in
      guard TableID(index) != table, tables[index].kind == .table,
        tables[index].primaryKey.count == 1
      else { return nil }
      let words = tables[index].name.string.nameWords
      let key = tables[index][tables[index].primaryKey[0]]
      guard key.affinity.isNumeric == column.affinity.isNumeric,
        let place = words.indices.first(where: { place in
          forms.contains(words[place...].joined(separator: "_"))
        })
      else { return nil }
      return (place, FieldReference(TableID(index), tables[index].primaryKey[0]))
    }
    return candidates.min { $0.rank < $1.rank }?.target
  }

  private static let people: Set<String> = [
    "owner", "author", "user", "assignee", "assigned", "manager", "lead", "creator", "editor",
    "reviewer", "responsible", "employee", "person", "member", "reporter", "agent", "approver",
  ]
  private static let tablesOfPeople = ["user", "employee", "person", "people", "member", "staff"]

  /// `account_manager` and `manager` for `account_manager_id`, the longest first.
  private static func stems(of words: [String]) -> [String] {
    var words = words[...]
    for marker in ["id", "fk", "key", "uuid", "ref"] {
      if words.count > 1, words.last == marker { words.removeLast() }
      if words.count > 1, words.first == marker { words.removeFirst() }
    }
    // `clientid`
    if words.count == 1, let only = words.first, only.hasByteSuffix("id"), only.utf8.count > 4 {
      return [only, String(decoding: only.utf8.dropLast(2), as: UTF8.self)]
    }
    return words.indices.map { words[$0...].joined(separator: "_") }
  }

  /// The word, and its plural as English and Portuguese form it.
  private static func forms(of stem: String) -> Set<String> {
    var forms: Set<String> = [stem, stem + "s", stem + "es"]
    if stem.hasByteSuffix("y") {
      forms.insert(String(decoding: stem.utf8.dropLast(), as: UTF8.self) + "ies")
    }
    if stem == "person" { forms.insert("people") }
    return forms
  }
}

extension String {
  /// The words of a name in lower case: `accountManager_ID` as `account`, `manager`, `id`.
  package var nameWords: [String] {
    var words: [String] = []
    var word = String.UnicodeScalarView()
    var wasLower = false
    for scalar in unicodeScalars {
      let isUpper = ("A"..."Z").contains(scalar)
      let isOfWord = scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
      if !isOfWord || isUpper && wasLower {
        if !word.isEmpty { words.append(String(word)) }
        word = String.UnicodeScalarView()
      }
      if isOfWord { word.append(isUpper ? Unicode.Scalar(UInt8(scalar.value | 0x20)) : scalar) }
      wasLower = isOfWord && !isUpper
    }
    return word.isEmpty ? words : words + [String(word)]
  }
}
