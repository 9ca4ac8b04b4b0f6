//! The rules of the dialect as a table: a name, the reason, and an example.
//!
//! The example of a rule is its test (`crates/syntax/tests/dialect_rules.rs`): the view of the example
//! reads without an error, and the rule is in its log.
//!
//! Longer than other rooms: it is one table, a row a rule.

/// Why the view differs from the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// See the entry of the same name in [`RULES`], as for all of them.
    Directive,
    /// An arm of an `#if` group that was not chosen.
    DroppedArm,
    /// An arm that is no C.
    DeadArm,
    /// A well-known annotation.
    Annotation,
    /// A word too many among specifiers.
    ExcessWord,
    /// An annotation behind a declarator.
    AfterDeclarator,
    /// A macro that heads a loop or a condition.
    LoopHead,
    /// A name before a block.
    BlockHead,
    /// A macro call at file level without `;`.
    FileMacro,
    /// A macro call inside a function without `;`.
    StatementMacro,
    /// A storage class before a macro call.
    Storage,
    /// A macro that declares a variable.
    DeclaringMacro,
    /// A function whose head is a macro.
    HeadedFunction,
    /// A macro that declares a member.
    MemberMacro,
    /// A macro around a list of members.
    MemberList,
    /// A macro in an enumerator list.
    EnumeratorMacro,
    /// Two elements of an initialiser without comma.
    MissingComma,
    /// A designator in an old form.
    Designator,
    /// `case A ... B:`
    CaseRange,
    /// A type as an argument.
    TypeArgument,
    /// An argument that is no expression.
    OddArgument,
    /// Statements as an argument.
    StatementArgument,
    /// An argument that is empty.
    EmptyArgument,
    /// A macro among string literals.
    StringMacro,
    /// Assembly.
    Assembly,
    /// `typeof` of an expression.
    Typeof,
    /// `offsetof` of more than a member.
    OffsetOf,
    /// `alignof` of an expression.
    AlignOf,
    /// A keyword that the grammar has and the kernel has not, or the other way round.
    OddKeyword,
    /// An annotation inside a type name.
    CastWord,
    /// A macro that makes a type.
    MacroType,
    /// A label at the end of a block.
    LabelAtEnd,
    /// Braces as an argument.
    BraceArgument,
    /// `goto *expression`
    ComputedGoto,
    /// `n * f(x);`
    Product,
    /// A preprocessing number that is no number.
    OddNumber,
    /// A bit-field without a name.
    UnnamedBits,
    /// A macro alone on its line.
    BareMacro,
    /// A macro that opens a structure which another closes.
    OpenerMacro,
    /// A macro as a condition, without parentheses around it.
    BareCondition,
    /// `;` without a member.
    EmptyMember,
    /// `R"(text)"`
    RawString,
    /// `'/*'`
    CharComment,
    /// `(NAME) && a == b`
    RefusedCast,
    /// A word before the size of an array.
    ArrayWord,
    /// A macro as a `case`, or with the colon of one.
    CaseMacro,
    /// `switch (a) case B: { … }`
    SwitchBody,
    /// A value that another file has.
    IncludedValue,
    /// An element of a list that another file begins.
    ListElement,
    /// A macro that continues an expression.
    SuffixMacro,
    /// A macro that an expression has to follow.
    PrefixMacro,
    /// `(u32)(f)(x)`
    CastCall,
    /// `sizeof(f)()`
    SizeofCall,
}
/// A rule, explained.
#[derive(Clone, Copy, Debug)]
pub struct RuleEntry {
    /// Which.
    pub rule: Rule,
    /// Its name, for people and for JSON.
    pub name: &'static str,
    /// Whether it takes whole words for annotations or keywords, so that people review what it took.
    pub takes_words: bool,
    /// Why the grammar needs it.
    pub reason: &'static str,
    /// C that needs it.
    pub example: &'static str,
}

impl Rule {
    /// The rule's name, for people and for JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        RULES
            .iter()
            .find(|entry| entry.rule == self)
            .map_or("", |entry| entry.name)
    }
}

/// Every rule, in the order of [`Rule`].
pub const RULES: &[RuleEntry] = &[
    RuleEntry {
        rule: Rule::Directive,
        name: "directive",
        takes_words: false,
        reason: "The grammar's own preprocessor nodes fit only where whole items are between them.",
        example: "int a;\n#define A(args...) f(args)\nint b;\n",
    },
    RuleEntry {
        rule: Rule::DroppedArm,
        name: "dropped-arm",
        takes_words: false,
        reason: "An arm that is no whole number of constructs cannot be beside the other arms.",
        example: "#ifdef A\nint f(int a) {\n#else\nint f(void) {\n#endif\n\treturn 0;\n}\n",
    },
    RuleEntry {
        rule: Rule::DeadArm,
        name: "dead-arm",
        takes_words: false,
        reason: "Code under `#if 0`, assembler and C++ are no C for anybody.",
        example: "#if 0\nthis is no C\n#endif\nint a;\n",
    },
    RuleEntry {
        rule: Rule::Annotation,
        name: "annotation",
        takes_words: true,
        reason: "Well-known annotations are in places where the grammar has none.",
        example: "static int __init f(void __user *p)\n{\n\treturn 0;\n}\n",
    },
    RuleEntry {
        rule: Rule::ExcessWord,
        name: "excess-word",
        takes_words: true,
        reason: "Of the names before a declared one, one is the type; the others are annotations.",
        example: "static __always_foo int f(void)\n{\n\treturn 0;\n}\n",
    },
    RuleEntry {
        rule: Rule::AfterDeclarator,
        name: "after-declarator",
        takes_words: true,
        reason: "Behind a declarator the grammar knows only `__attribute__`.",
        example: "int f(int a) __foo(1) __bar;\n",
    },
    RuleEntry {
        rule: Rule::LoopHead,
        name: "loop-head",
        takes_words: true,
        reason: "A macro before a statement or a block heads a loop, or an `if` where an `else` follows.",
        example: "void f(void)\n{\n\tlist_for_each_entry(a, b, c)\n\t\tg(a);\n}\n",
    },
    RuleEntry {
        rule: Rule::BlockHead,
        name: "block-head",
        takes_words: true,
        reason: "A name before a block is a macro that opens it.",
        example: "void f(void)\n{\n\tGUARDED {\n\t\tg();\n\t}\n}\n",
    },
    RuleEntry {
        rule: Rule::FileMacro,
        name: "file-macro",
        takes_words: false,
        reason: "A macro call at file level needs no `;`, the grammar wants one.",
        example: "MODULE_FOO(a, b)\n\nint a;\n",
    },
    RuleEntry {
        rule: Rule::StatementMacro,
        name: "statement-macro",
        takes_words: false,
        reason: "A macro call inside a function needs no `;`, the grammar wants one.",
        example: "void f(void)\n{\n\tRESTORE_ALL(a, b)\n\tif (c)\n\t\tg();\n}\n",
    },
    RuleEntry {
        rule: Rule::Storage,
        name: "storage",
        takes_words: false,
        reason: "`static` before a macro call declares what the macro makes; the grammar sees a call.",
        example: "static DEFINE_IDR(lock, 0);\n",
    },
    RuleEntry {
        rule: Rule::DeclaringMacro,
        name: "declaring-macro",
        takes_words: false,
        reason: "A macro that declares a variable with a value becomes a type and a name.",
        example: "static DEFINE_PER_CPU(int, count) = 3;\n",
    },
    RuleEntry {
        rule: Rule::HeadedFunction,
        name: "headed-function",
        takes_words: false,
        reason: "A macro that heads a function becomes a type, the function's name and its parameters.",
        example: "SYSCALL_DEFINE2(open, const char *, name, int, flags)\n{\n\treturn 0;\n}\n",
    },
    RuleEntry {
        rule: Rule::MemberMacro,
        name: "member-macro",
        takes_words: false,
        reason: "A macro that declares a member becomes a type and the member's name.",
        example: "struct s {\n\tDECLARE_BITMAP(bits, 10);\n\tint a;\n};\n",
    },
    RuleEntry {
        rule: Rule::MemberList,
        name: "member-list",
        takes_words: true,
        reason: "A macro around members becomes a structure of them.",
        example: "struct s {\n\tstruct_group(name,\n\t\tint a;\n\t\tint b;\n\t);\n};\n",
    },
    RuleEntry {
        rule: Rule::EnumeratorMacro,
        name: "enumerator-macro",
        takes_words: false,
        reason: "A macro among enumerators becomes an enumerator.",
        example: "enum e {\n\tOPCODE(A),\n\tB,\n};\n",
    },
    RuleEntry {
        rule: Rule::MissingComma,
        name: "missing-comma",
        takes_words: false,
        reason: "A macro in an initialiser brings its own comma.",
        example: "int a[] = {\n\tENTRY(1)\n\tENTRY(2)\n};\n",
    },
    RuleEntry {
        rule: Rule::Designator,
        name: "designator",
        takes_words: false,
        reason: "Old designators have no `=`, and macros leave empty elements.",
        example: "int a[] = { [0] { 1 }, , 2 };\n",
    },
    RuleEntry {
        rule: Rule::CaseRange,
        name: "case-range",
        takes_words: false,
        reason: "The grammar has no case ranges; a difference keeps both ends.",
        example: "void f(int a)\n{\n\tswitch (a) {\n\tcase 1 ... 3:\n\t\tbreak;\n\t}\n}\n",
    },
    RuleEntry {
        rule: Rule::TypeArgument,
        name: "type-argument",
        takes_words: false,
        reason: "A type is no expression: the name in it stays.",
        example: "int *a = container_of(b, struct c, d);\n",
    },
    RuleEntry {
        rule: Rule::OddArgument,
        name: "odd-argument",
        takes_words: false,
        reason: "Macros take anything: the largest expressions of an argument stay.",
        example: "void f(void)\n{\n\tg(a ==, b);\n}\n",
    },
    RuleEntry {
        rule: Rule::StatementArgument,
        name: "statement-argument",
        takes_words: false,
        reason: "Statements as an argument are a block.",
        example: "void f(void)\n{\n\tg(a, b = 1; c(); );\n}\n",
    },
    RuleEntry {
        rule: Rule::EmptyArgument,
        name: "empty-argument",
        takes_words: false,
        reason: "The grammar has no empty arguments.",
        example: "void f(void)\n{\n\tg(a, , b);\n}\n",
    },
    RuleEntry {
        rule: Rule::StringMacro,
        name: "string-macro",
        takes_words: false,
        reason: "The grammar joins literals and single names, nothing else.",
        example: "char *a = A B \"x\" STR(c) \"y\";\n",
    },
    RuleEntry {
        rule: Rule::Assembly,
        name: "assembly",
        takes_words: false,
        reason: "Of assembly the grammar knows plain templates, operands and clobbers.",
        example: "void f(void)\n{\n\tasm volatile(\"nop\" : : A (b) : \"memory\", CLOBBERS);\n}\n",
    },
    RuleEntry {
        rule: Rule::Typeof,
        name: "typeof",
        takes_words: false,
        reason: "`typeof` takes expressions; the grammar takes the word for a macro around a type.",
        example: "typeof(a + 1) b;\n",
    },
    RuleEntry {
        rule: Rule::OffsetOf,
        name: "offset-of",
        takes_words: false,
        reason: "`offsetof` takes a path of members; as another name it is a call.",
        example: "int a = offsetof(struct b, c.d[1]);\n",
    },
    RuleEntry {
        rule: Rule::AlignOf,
        name: "align-of",
        takes_words: false,
        reason: "`__alignof__` takes expressions; as another name it is a call.",
        example: "int a = __alignof__(b->c + 1);\n",
    },
    RuleEntry {
        rule: Rule::OddKeyword,
        name: "odd-keyword",
        takes_words: true,
        reason: "Spellings of keywords that the grammar lacks, and keywords of its own that are names here.",
        example: "static __const__ int a;\n",
    },
    RuleEntry {
        rule: Rule::CastWord,
        name: "cast-word",
        takes_words: true,
        reason: "An annotation inside a type name.",
        example: "int a = (u32 __foo *)b;\n",
    },
    RuleEntry {
        rule: Rule::MacroType,
        name: "macro-type",
        takes_words: false,
        reason: "A macro that makes a type keeps its name.",
        example: "struct NAME(x) {\n\tint a;\n};\n",
    },
    RuleEntry {
        rule: Rule::LabelAtEnd,
        name: "label-at-end",
        takes_words: false,
        reason: "A label at the end of a block has no statement.",
        example: "void f(void)\n{\n\tgoto out;\nout:\n}\n",
    },
    RuleEntry {
        rule: Rule::BraceArgument,
        name: "brace-argument",
        takes_words: false,
        reason: "An initialiser as an argument becomes an expression in parentheses.",
        example: "void f(void)\n{\n\tg(a, { 1, 2 });\n}\n",
    },
    RuleEntry {
        rule: Rule::ComputedGoto,
        name: "computed-goto",
        takes_words: false,
        reason: "A computed `goto` shows its expression.",
        example: "void f(void)\n{\n\tgoto *table[i];\n}\n",
    },
    RuleEntry {
        rule: Rule::Product,
        name: "product",
        takes_words: false,
        reason: "A product by a call, its value unused, reads as a declaration.",
        example: "void f(int n)\n{\n\tn * g(n);\n}\n",
    },
    RuleEntry {
        rule: Rule::OddNumber,
        name: "odd-number",
        takes_words: false,
        reason: "The preprocessor has numbers that C has not; they become names.",
        example: "int a = F(4K_PAGE);\n",
    },
    RuleEntry {
        rule: Rule::UnnamedBits,
        name: "unnamed-bits",
        takes_words: false,
        reason: "The grammar wants a name before a bit width.",
        example: "struct s {\n\tunsigned int a : 1;\n\tunsigned int : 3;\n};\n",
    },
    RuleEntry {
        rule: Rule::BareMacro,
        name: "bare-macro",
        takes_words: false,
        reason: "A macro alone on its line needs no `;`.",
        example: "__BEGIN_DECLS\nint a;\n",
    },
    RuleEntry {
        rule: Rule::OpenerMacro,
        name: "opener-macro",
        takes_words: false,
        reason: "Two macros around members make a structure.",
        example: "MACHINE_START(NAME, \"x\")\n\t.a = 1,\nMACHINE_END\n",
    },
    RuleEntry {
        rule: Rule::BareCondition,
        name: "bare-condition",
        takes_words: false,
        reason: "A macro that brings the parentheses of a condition leaves its arguments there.",
        example: "void f(void)\n{\n\tif time_after(a, b)\n\t\tg();\n}\n",
    },
    RuleEntry {
        rule: Rule::EmptyMember,
        name: "empty-member",
        takes_words: false,
        reason: "The grammar has no empty members.",
        example: "struct s {\n\tint a;;\n};\n",
    },
    RuleEntry {
        rule: Rule::RawString,
        name: "raw-string",
        takes_words: false,
        reason: "The grammar has no raw strings, and reads what is in them.",
        example: "const char *a = R\"x(\" /* )x\"; /* */\n",
    },
    RuleEntry {
        rule: Rule::CharComment,
        name: "char-comment",
        takes_words: false,
        reason: "The grammar takes `/*` and `//` in a character constant for the start of a comment.",
        example: "int f(void)\n{\n\treturn g('/*') + L'a//'; /* */\n}\n",
    },
    RuleEntry {
        rule: Rule::RefusedCast,
        name: "refused-cast",
        takes_words: true,
        reason: "The grammar takes a name in parentheses before an operator for a type, and the rest for a label's address.",
        example: "int f(void)\n{\n\treturn a == (BM) && d->mode == 7;\n}\n",
    },
    RuleEntry {
        rule: Rule::ArrayWord,
        name: "array-word",
        takes_words: true,
        reason: "Beside `static` the grammar has no words before the size of an array.",
        example: "void f(const char key[at_least SIZE]);\n",
    },
    RuleEntry {
        rule: Rule::CaseMacro,
        name: "case-macro",
        takes_words: true,
        reason: "A macro that brings `case`, or the colon, reads as a call.",
        example: "#define CASE64(a) case a##_HIGH: case a\nvoid f(int a)\n{\n\tswitch (a) {\n\tCASE64(B):\n\t\tg();\n\tcase TYPE(C, 1);\n\t}\n}\n",
    },
    RuleEntry {
        rule: Rule::SwitchBody,
        name: "switch-body",
        takes_words: false,
        reason: "The grammar wants braces around the body of a `switch`.",
        example: "void f(int a)\n{\n\tswitch (a)\n\tcase 1: {\n\t\tg();\n\t}\n\th();\n}\n",
    },
    RuleEntry {
        rule: Rule::IncludedValue,
        name: "included-value",
        takes_words: false,
        reason: "A value that an `#include` brings is in another file.",
        example: "static const char *a =\n#include \"a.h\"\n\t;\n",
    },
    RuleEntry {
        rule: Rule::ListElement,
        name: "list-element",
        takes_words: false,
        reason: "A file that is the inside of a list has commas where the grammar wants `;`.",
        example: "ENTRY(1, 2),\nENTRY(3, 4),\n",
    },
    RuleEntry {
        rule: Rule::SuffixMacro,
        name: "suffix-macro",
        takes_words: true,
        reason: "A macro that begins with an operator continues the expression before it.",
        example: "#define TWICE * 2\nvoid f(void)\n{\n\ta = a TWICE;\n}\n",
    },
    RuleEntry {
        rule: Rule::PrefixMacro,
        name: "prefix-macro",
        takes_words: true,
        reason: "A macro before a call reads as the type of what the call would declare.",
        example: "#define IGNORE (void)\nvoid f(void)\n{\n\tIGNORE g(1);\n}\n",
    },
    RuleEntry {
        rule: Rule::CastCall,
        name: "cast-call",
        takes_words: false,
        reason: "A cast of a call whose function is in parentheses reads as the call of a call.",
        example: "int a = (u32)(f)(b);\n",
    },
    RuleEntry {
        rule: Rule::SizeofCall,
        name: "sizeof-call",
        takes_words: false,
        reason: "The grammar takes the parentheses for those of a type, and calls the size.",
        example: "int f(void);\nint a = sizeof(f)();\n",
    },
];
