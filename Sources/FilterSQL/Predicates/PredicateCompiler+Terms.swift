import RecordFilter
import RowscopeModel

extension PredicateCompiler {
  /// A test of one field, or its exact complement. See ``FieldTest`` for the SQL.
  ///
  /// NULL is handled explicitly wherever it would give the wrong result: WHERE treats the NULL of a
  /// plain test as false, and a complement adds `OR … IS NULL`.
  mutating func term(_ term: Term, _ writer: inout SQLWriter) throws(SQLCompilationError) {
    let (field, not) = (term.field, term.isComplement)
    switch term.test {
    case .isNull: isNull(field, not, &writer)
    case .isEmpty: isEmpty(field, not, &writer)
    case .equals, .compares, .isOneOf, .isBetween:
      let declared = schema[scope.table][field]
      let test = avoidsIndex(on: field) ? term.test.applying(declared.affinity) : term.test
      comparison(
        test, not, mayBeNull: declared.isNullable, affinity: declared.affinity,
        { this, writer in this.comparand(field, &writer) },
        orNull: { this, writer in this.column(field, &writer) }, &writer)
    case .matches(let pattern): matches(field, pattern, not, &writer)
    case .hasMember(let values): hasMember(field, values, not, &writer)
    case .converted(let conversion, let test): converted(field, conversion, test, not, &writer)
    }
  }

  /// A comparison of an operand, or its complement: `test`, or `(test OR c IS NULL)` where a null
  /// must pass.
  ///
  /// - Parameter subject: writes what is null where the operand is.
  mutating func comparison(
    _ test: FieldTest, _ not: Bool, mayBeNull: Bool, affinity: Affinity,
    _ operand: (inout PredicateCompiler, inout SQLWriter) -> Void,
    orNull subject: (inout PredicateCompiler, inout SQLWriter) -> Void, _ writer: inout SQLWriter
  ) {
    if case .equals(let value) = test {
      operand(&self, &writer)
      writer.write(not ? " IS NOT " : " = ")
      writer.bind(value)
      return
    }
    // Skip the OR for what cannot be NULL: it would keep the planner from using an index.
    let addsNull = not && mayBeNull
    if addsNull { writer.write("(") }
    operand(&self, &writer)
    switch test {
    case .compares(let ordering, let value):
      writer.compare(not ? ordering.opposite : ordering)
      writer.bind(value)
    case .isOneOf(let values):
      writer.write(not ? " NOT IN " : " IN ")
      writer.bind(list: values, in: affinity)
    case .isBetween(let low, let high):
      writer.write(not ? " NOT BETWEEN " : " BETWEEN ")
      writer.bind(low)
      writer.write(" AND ")
      writer.bind(high)
    case .equals, .isNull, .isEmpty, .matches, .hasMember, .converted:
      preconditionFailure("not a comparison")
    }
    if addsNull {
      writer.write(" OR ")
      subject(&self, &writer)
      writer.write(" IS NULL)")
    }
  }

  private mutating func isNull(_ field: FieldID, _ not: Bool, _ writer: inout SQLWriter) {
    if case .link(let link) = schema[scope.table][field].storage {
      hasLink(link, members: [], not: !not, &writer)
      return
    }
    if avoidsIndex(on: field) { writer.write("+") }
    column(field, &writer)
    writer.write(not ? " IS NOT NULL" : " IS NULL")
  }

  private mutating func isEmpty(_ field: FieldID, _ not: Bool, _ writer: inout SQLWriter) {
    switch schema[scope.table][field].storage {
    case .link(let link):
      hasLink(link, members: [], not: !not, &writer)
    case .jsonArray: hasNoMember(field, nil, not, &writer)
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
    if !pattern.text.isEmpty, pattern.anchor == .start, prefix(field, pattern, not, &writer) {
      return
    }
    matches(pattern, not, { this, writer in this.column(field, &writer) }, &writer)
  }

  /// - Parameter operand: writes what is matched.
  mutating func matches(
    _ pattern: TextPattern, _ not: Bool,
    _ operand: (inout PredicateCompiler, inout SQLWriter) -> Void, _ writer: inout SQLWriter
  ) {
    // Every text contains the empty text, so only the storage class is tested.
    if pattern.text.isEmpty {
      writer.write("typeof(")
      operand(&self, &writer)
      writer.write(not ? ") IN ('null', 'blob')" : ") NOT IN ('null', 'blob')")
      return
    }
    if pattern.isSearch, dialect.hasOwnFunctions {
      if not { writer.write("NOT ") }
      search(pattern.text, in: [()], &writer) { this, _, writer in operand(&this, &writer) }
      return
    }
    func searched(_ this: inout PredicateCompiler, _ writer: inout SQLWriter) {
      if pattern.ignoresCase { writer.write("lower(") }
      operand(&this, &writer)
      if pattern.ignoresCase { writer.write(")") }
    }
    writer.write("(")
    if not {
      operand(&self, &writer)
      writer.write(" IS NULL OR ")
    }
    switch pattern.anchor {
    case .anywhere, .start:
      writer.write("instr(")
      searched(&self, &writer)
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
      // By bytes: length() stops at a NUL, and invalid UTF-8 has no characters to count.
      writer.write("substr(CAST(")
      searched(&self, &writer)
      writer.write(" AS BLOB), ")
      writer.bind(.integer(-Int64(pattern.text.count)))
      // For SQLite, the suffix of an empty text is NULL, not an empty blob.
      writer.write(not ? ") IS NOT " : ") = ")
      writer.bind(.blob(pattern.needle.bytes))
    }
    // The storage class is tested last, as it rarely decides.
    writer.write(not ? " OR typeof(" : " AND typeof(")
    operand(&self, &writer)
    writer.write(not ? ") = 'blob')" : ") <> 'blob')")
  }

  /// `rowscope_contains(?, c, …)`: whether one of these contains a text, ignoring ASCII case.
  ///
  /// (`instr(lower(c), ?)` copies every text, and takes three times as long as `LIKE`, which stops
  /// at a NUL and takes invalid UTF-8 for other text.)
  mutating func search<Operand>(
    _ text: Text, in operands: [Operand], _ writer: inout SQLWriter,
    _ write: (inout PredicateCompiler, Operand, inout SQLWriter) -> Void
  ) {
    writer.ownFunction(QueryCompiler.searchFunction)
    writer.write("(")
    writer.bind(.text(text))
    for operand in operands {
      writer.write(", ")
      write(&self, operand, &writer)
    }
    writer.write(")")
  }

  /// A prefix as a range that an index can serve: from `p` up to the least text above all texts
  /// that begin with `p`. Only for columns that hold no numbers (which are matched as text) and
  /// whose collation matches the pattern's case rule.
  private mutating func prefix(
    _ field: FieldID, _ pattern: TextPattern, _ not: Bool, _ writer: inout SQLWriter
  ) -> Bool {
    let declared = schema[scope.table][field]
    guard schema[scope.table].kind == .table, declared.affinity == .text,
      !declared.statesCollation
    else { return false }
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
      comparand(field, &writer)
      writer.write(" >= ")
      writer.bind(.text(low))
      writer.write(" AND ")
      comparand(field, &writer)
      writer.write(" < ")
      writer.bind(.text(high))
    }
    return true
  }
}

extension QueryCompiler {
  /// The name of the function that searches in texts.
  package static let searchFunction = "rowscope_contains"
}

extension TextPattern {
  /// Whether it is found anywhere in a text, ignoring ASCII case.
  var isSearch: Bool { anchor == .anywhere && ignoresCase && !text.isEmpty }

  /// The text to search for, lower-cased if case is ignored.
  fileprivate var needle: Text {
    ignoresCase ? Text(bytes: text.bytes.map(\.asciiLowercased)) : text
  }
}

extension Text {
  /// The least text above all texts that begin with this one, in `BINARY` order or, for a
  /// lower-case text, in `NOCASE` order. Nil if there is none.
  fileprivate func prefixEnd(ignoringCase: Bool) -> Text? {
    var bytes = self.bytes
    // NOCASE ignores what follows a NUL.
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

  /// Lists up to this length use one parameter per value.
  static let shortListLimit = 16

  /// `(?, ?)`, or a single parameter for the whole list.
  ///
  /// A short list is padded with its last value to the next power of two, so that lists of similar
  /// length share a statement. A long list is bound as one JSON text if JSON represents its values
  /// exactly: integers, and text without NUL.
  ///
  /// - Parameter affinity: the affinity of the compared column. A text column compares as text with
  ///   a parameter, but without conversion with a value from `json_each`. So the numbers in such a
  ///   list are converted to text here.
  mutating func bind(list values: [Value], in affinity: Affinity) {
    if values.count > Self.shortListLimit,
      let json = JSONList.encode(affinity == .text ? values.map(\.asTextIfNumber) : values)
    {
      write("(SELECT value FROM json_each(")
      bind(.text(json))
      write("))")
      return
    }
    write("(")
    var padded = values
    if let last = values.last, values.count < Self.shortListLimit {
      while padded.count & (padded.count - 1) != 0 { padded.append(last) }
    }
    for (index, value) in padded.enumerated() {
      if index > 0 { write(", ") }
      bind(value)
    }
    write(")")
  }
}
