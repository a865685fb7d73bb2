import RecordFilter
import RowscopeModel

extension PredicateCompiler {
  /// One test of one field, or its exact complement. ``FieldTest`` shows the SQL of each.
  ///
  /// Wherever SQL's NULL could be taken for the wrong thing it is named: a plain test that yields NULL is false to WHERE,
  /// and a complement says `OR … IS NULL`.
  mutating func term(_ term: Term, _ writer: inout SQLWriter) throws(SQLCompilationError) {
    let (field, not) = (term.field, term.isComplement)
    switch term.test {
    case .isNull: isNull(field, not, &writer)
    case .isEmpty: isEmpty(field, not, &writer)
    case .equals(let value):
      comparand(field, &writer)
      writer.write(not ? " IS NOT " : " = ")
      writer.bind(value)
    case .compares(let ordering, let value):
      orNull(field, when: not, &writer) { this, writer in
        this.comparand(field, &writer)
        writer.compare(not ? ordering.opposite : ordering)
        writer.bind(value)
      }
    case .isOneOf(let values):
      orNull(field, when: not, &writer) { this, writer in
        this.comparand(field, &writer)
        writer.write(not ? " NOT IN " : " IN ")
        writer.bind(list: values, in: this.schema[this.scope.table][field].affinity)
      }
    case .isBetween(let low, let high):
      orNull(field, when: not, &writer) { this, writer in
        this.comparand(field, &writer)
        writer.write(not ? " NOT BETWEEN " : " BETWEEN ")
        writer.bind(low)
        writer.write(" AND ")
        writer.bind(high)
      }
    case .matches(let pattern): matches(field, pattern, not, &writer)
    case .hasMember(let values): hasMember(field, values, not, &writer)
    case .isWithin(let range): isWithin(field, range, not, &writer)
    }
  }

  /// `test`, or `(test OR c IS NULL)` where a null must pass.
  private mutating func orNull(
    _ field: FieldID, when isComplement: Bool, _ writer: inout SQLWriter,
    _ test: (inout PredicateCompiler, inout SQLWriter) -> Void
  ) {
    // Where the database lets no NULL in, none need be asked for: the planner could not use an index under the OR.
    let mayBeNull = isComplement && schema[scope.table][field].isNullable
    if mayBeNull { writer.write("(") }
    test(&self, &writer)
    if mayBeNull {
      writer.write(" OR ")
      column(field, &writer)
      writer.write(" IS NULL)")
    }
  }

  private mutating func isNull(_ field: FieldID, _ not: Bool, _ writer: inout SQLWriter) {
    if case .link(let link) = schema[scope.table][field].storage {
      hasLink(link, members: [], not: !not, &writer)
      return
    }
    column(field, &writer)
    writer.write(not ? " IS NOT NULL" : " IS NULL")
  }

  private mutating func isEmpty(_ field: FieldID, _ not: Bool, _ writer: inout SQLWriter) {
    switch schema[scope.table][field].storage {
    case .link(let link):
      hasLink(link, members: [], not: !not, &writer)
    case .jsonArray:
      writer.write("ifnull(json_array_length(")
      array(field, &writer)
      writer.write(not ? "), 0) <> 0" : "), 0) = 0")
    case .column, .generatedColumn:
      if not {
        comparand(field, &writer)
        writer.write(" <> ''")
      } else {
        writer.write("(")
        column(field, &writer)
        writer.write(" IS NULL OR ")
        comparand(field, &writer)
        writer.write(" = '')")
      }
    }
  }

  // MARK: Text

  private mutating func matches(
    _ field: FieldID, _ pattern: TextPattern, _ not: Bool, _ writer: inout SQLWriter
  ) {
    // Every text contains the empty one, so that only the storage class is asked for.
    if pattern.text.isEmpty {
      writer.write("typeof(")
      column(field, &writer)
      writer.write(not ? ") IN ('null', 'blob')" : ") NOT IN ('null', 'blob')")
      return
    }
    if pattern.anchor == .start, prefix(field, pattern, not, &writer) { return }
    writer.write("(")
    if not {
      column(field, &writer)
      writer.write(" IS NULL OR ")
    }
    switch pattern.anchor {
    case .anywhere, .start:
      writer.write("instr(")
      searched(field, pattern, &writer)
      writer.write(", ")
      writer.bind(.text(pattern.needle))
      writer.write(")")
      switch (pattern.anchor, not) {
      case (.start, false): writer.write(" = 1")
      case (.start, true): writer.write(" <> 1")
      case (_, false): writer.write(" > 0")
      case (_, true): writer.write(" = 0")
      }
    case .end:
      // By bytes: a NUL ends a text for length(), and invalid UTF-8 has no characters to count.
      writer.write("substr(CAST(")
      searched(field, pattern, &writer)
      writer.write(" AS BLOB), ")
      writer.bind(.integer(-Int64(pattern.text.count)))
      // The end of an empty text is NULL to SQLite, not an empty blob.
      writer.write(not ? ") IS NOT " : ") = ")
      writer.bind(.blob(pattern.needle.bytes))
    }
    // The storage class is looked at last, for it seldom decides.
    writer.write(not ? " OR typeof(" : " AND typeof(")
    column(field, &writer)
    writer.write(not ? ") = 'blob')" : ") <> 'blob')")
  }

  private func searched(_ field: FieldID, _ pattern: TextPattern, _ writer: inout SQLWriter) {
    if pattern.ignoresCase { writer.write("lower(") }
    column(field, &writer)
    if pattern.ignoresCase { writer.write(")") }
  }

  /// A prefix as a range, which an index can serve: the texts from `p` up to the first that is greater than all that begin
  /// with `p`. Only where the column holds no number (numbers are matched as text) and compares as the pattern does.
  private mutating func prefix(
    _ field: FieldID, _ pattern: TextPattern, _ not: Bool, _ writer: inout SQLWriter
  ) -> Bool {
    let declared = schema[scope.table][field]
    guard schema[scope.table].kind == .table, declared.affinity == .text else { return false }
    switch declared.collation {
    case .binary: if pattern.ignoresCase { return false }
    case .nocase: if !pattern.ignoresCase { return false }
    case .rtrim: return false
    }
    let low = pattern.needle
    guard let high = low.prefixEnd(ignoringCase: pattern.ignoresCase) else { return false }
    if not {
      writer.write("(")
      column(field, &writer)
      writer.write(" IS NULL OR ")
      column(field, &writer)
      writer.write(" < ")
      writer.bind(.text(low))
      writer.write(" OR ")
      column(field, &writer)
      writer.write(" >= ")
      writer.bind(.text(high))
      writer.write(")")
    } else {
      column(field, &writer)
      writer.write(" >= ")
      writer.bind(.text(low))
      writer.write(" AND ")
      column(field, &writer)
      writer.write(" < ")
      writer.bind(.text(high))
    }
    return true
  }
}

extension TextPattern {
  /// What is looked for, in the case that it is looked for in.
  fileprivate var needle: Text {
    ignoresCase ? Text(bytes: text.bytes.map(\.asciiLowercased)) : text
  }
}

extension Text {
  /// The least text above all those that begin with this one, in the `BINARY` order or (of a text in lower case) in the
  /// `NOCASE` one; nil where there is none to be had.
  fileprivate func prefixEnd(ignoringCase: Bool) -> Text? {
    var bytes = self.bytes
    // NOCASE does not compare what follows a NUL.
    if ignoringCase, bytes.contains(0) { return nil }
    while let last = bytes.popLast() {
      guard last < 0xFF else { continue }
      let next = last + 1
      // "@" is followed by "A", which NOCASE reads as "a".
      if ignoringCase, next.asciiLowercased != next { return nil }
      return Text(bytes: bytes + [next])
    }
    return nil
  }
}

extension SQLWriter {
  mutating func compare(_ ordering: FieldTest.Ordering) {
    switch ordering {
    case .less: write(" < ")
    case .lessOrEqual: write(" <= ")
    case .greater: write(" > ")
    case .greaterOrEqual: write(" >= ")
    }
  }

  /// Up to this many values stand as parameters of their own.
  static let shortList = 16

  /// `(?, ?)`, or one parameter that holds them all.
  ///
  /// A short list is filled up to the next power of two by its last value, so that lists of similar length share a shape. A
  /// long one is bound as one JSON text where JSON holds its values without loss: integers, and text without NUL.
  ///
  /// - Parameter affinity: of the column that the values are compared with. A text column is compared with a parameter as
  ///   text, but with what `json_each` yields as it is; so the numbers in such a list become text here.
  mutating func bind(list values: [Value], in affinity: Affinity) {
    if values.count > Self.shortList,
      let json = JSONList.encode(affinity == .text ? values.map(\.asTextIfNumber) : values)
    {
      write("(SELECT value FROM json_each(")
      bind(.text(json))
      write("))")
      return
    }
    write("(")
    var padded = values
    if let last = values.last, values.count < Self.shortList {
      while padded.count & (padded.count - 1) != 0 { padded.append(last) }
    }
    for (index, value) in padded.enumerated() {
      if index > 0 { write(", ") }
      bind(value)
    }
    write(")")
  }
}
