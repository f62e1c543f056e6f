extension JSONValue {
    /// The value of the last member with that key, as Python's json takes it; nil also when this is no object.
    public subscript(key: String) -> JSONValue? {
        members?.last { $0.key == key }?.value
    }

    public var isNull: Bool {
        if case .null = kind { true } else { false }
    }

    public var bool: Bool? {
        if case .bool(let value) = kind { value } else { nil }
    }

    /// The number, when it was written without fraction and exponent and fits.
    public var integer: Int? {
        if case .integer(let value) = kind { value } else { nil }
    }

    public var string: String? {
        if case .string(let value) = kind { value } else { nil }
    }

    public var array: [JSONValue]? {
        if case .array(let values) = kind { values } else { nil }
    }

    /// The members of an object as written, a repeated key included.
    public var members: [Member]? {
        if case .object(let members) = kind { members } else { nil }
    }
}
