# SPDX-License-Identifier: Apache-2.0
"""Where and how source files can be mutated: read from clang's syntax tree, so that a change is one of
the program and not of its text. What stands inside a macro's arguments is left alone: that is mostly
assert(), whose failing side no test may reach."""
import dataclasses
import hashlib
import re

from clang.cindex import CursorKind as K, Index, TranslationUnit, TypeKind

COMPARISONS = {"<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="), ">=": (">", "<"), "==": ("!=",), "!=": ("==",)}
LOGIC = {"&&": "||", "||": "&&"}
ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "%": "*", "&": "|", "|": "&", "^": "&", "<<": ">>", ">>": "<<",
              "+=": "-=", "-=": "+=", "*=": "/=", "/=": "*=", "|=": "&=", "&=": "|=", "<<=": ">>=", ">>=": "<<="}
ASSIGNMENTS = {"=", "+=", "-=", "*=", "/=", "|=", "&=", "^=", "<<=", ">>="}
STATEMENTS = {K.RETURN_STMT, K.BREAK_STMT, K.CONTINUE_STMT, K.GOTO_STMT}
INTEGERS = {TypeKind.CHAR_U, TypeKind.UCHAR, TypeKind.USHORT, TypeKind.UINT, TypeKind.ULONG, TypeKind.ULONGLONG,
            TypeKind.CHAR_S, TypeKind.SCHAR, TypeKind.SHORT, TypeKind.INT, TypeKind.LONG, TypeKind.LONGLONG}


@dataclasses.dataclass(frozen=True)
class Site:
    file: str  # from the top of the tree
    place: str  # the function, or the table
    kind: str
    begin: int  # octets of the file
    end: int
    text: str  # what stands there instead


class File:
    def __init__(self, root, name):
        self.name = name
        self.octets = (root / name).read_bytes()
        unit = Index.create().parse(str(root / name), ["-xc", "-std=gnu11", "-D_GNU_SOURCE", f"-I{root / 'src'}"],
                                    options=TranslationUnit.PARSE_DETAILED_PROCESSING_RECORD)
        if wrong := [d for d in unit.diagnostics if d.severity >= d.Error]:
            raise SystemExit(f"{name}: {wrong[0]}")
        here = [c for c in unit.cursor.get_children() if c.location.file and c.location.file.name == str(root / name)]
        self.macros = [self.range(c) for c in here if c.kind == K.MACRO_INSTANTIATION]
        self.sites = []
        for c in here:
            if c.kind == K.FUNCTION_DECL and c.is_definition() or c.kind == K.VAR_DECL:
                self.place = c.spelling
                self.result = c.result_type.get_canonical()
                for part in c.get_children():
                    if part.kind in (K.COMPOUND_STMT, K.INIT_LIST_EXPR):
                        self.walk(part)

    def range(self, cursor):
        return cursor.extent.start.offset, cursor.extent.end.offset

    def text(self, begin, end):
        return self.octets[begin:end].decode()

    def add(self, kind, begin, end, text):
        self.sites.append(Site(self.name, self.place, kind, begin, end, text))

    def leave_out(self, kind, begin, end, instead):
        """Lines keep their numbers, which assert() has in it."""
        self.add(kind, begin, end, instead + "\n" * self.octets.count(b"\n", begin, end))

    def operator(self, c, left, right):
        """The operator between two operands, and where it begins."""
        begin, end = self.range(left)[1], self.range(right)[0]
        between = self.text(begin, end)
        word = between.strip()
        return word, begin + between.find(word)

    def walk(self, c):
        begin, end = self.range(c)
        macro = next(((b, e) for b, e in self.macros if b <= begin < e), None)
        if macro:
            if macro == (begin, end):
                self.constant(c, begin, end)
            if macro[1] >= end:
                return
        children = list(c.get_children())
        if c.kind in (K.BINARY_OPERATOR, K.COMPOUND_ASSIGNMENT_OPERATOR):
            self.binary(c, *children)
        elif c.kind == K.UNARY_OPERATOR:
            self.unary(begin, end)
        elif c.kind in (K.IF_STMT, K.WHILE_STMT, K.CONDITIONAL_OPERATOR):
            b, e = self.range(children[0])
            self.add("condition negated", b, e, f"!({self.text(b, e)})")
            if c.kind == K.IF_STMT and len(children) == 2:
                self.leave_out("branch left out", begin, end, ";")
        elif c.kind == K.RETURN_STMT and children:
            self.returned(children[0])
        elif c.kind in (K.INTEGER_LITERAL, K.CHARACTER_LITERAL, K.DECL_REF_EXPR):
            self.constant(c, begin, end)
        elif c.kind == K.COMPOUND_STMT:
            for s in children:
                self.statement(s)
        elif c.kind == K.INIT_LIST_EXPR:
            for s in children:
                self.initializer(s)
        # A branch or loop body without braces is a statement as well.
        if c.kind in (K.IF_STMT, K.WHILE_STMT, K.FOR_STMT):
            for s in children[1:]:
                self.statement(s)
        for s in children[1 if c.kind == K.CASE_STMT else 0:]:
            if c.kind == K.CASE_STMT:
                self.statement(s)
            self.walk(s)

    def binary(self, c, left, right):
        word, at = self.operator(c, left, right)
        for other in COMPARISONS.get(word, ()):
            self.add("comparison", at, at + len(word), other)
        if word in LOGIC:
            self.add("logic", at, at + len(word), LOGIC[word])
        if word in ARITHMETIC:
            self.add("arithmetic", at, at + len(word), ARITHMETIC[word])

    def unary(self, begin, end):
        text = self.text(begin, end)
        if text.startswith("!"):
            self.add("condition negated", begin, begin + 1, "")
        for word, other in ("++", "--"), ("--", "++"):
            if text.startswith(word):
                self.add("arithmetic", begin, begin + 2, other)
            elif text.endswith(word):
                self.add("arithmetic", end - 2, end, other)

    def constant(self, c, begin, end):
        text = self.text(begin, end)
        known = c.referenced if c.kind == K.DECL_REF_EXPR else None
        if known and known.kind == K.ENUM_CONSTANT_DECL:
            names = [e.spelling for e in known.semantic_parent.get_children()]
            at = names.index(known.spelling)
            if len(names) > 1:
                self.add("constant", begin, end, names[at + 1 if at + 1 < len(names) else at - 1])
        elif text in ("true", "false"):
            self.add("constant", begin, end, "false" if text == "true" else "true")
        elif text in ("0", "1"):
            self.add("constant", begin, end, "1" if text == "0" else "0")
        elif c.kind != K.DECL_REF_EXPR and c.type.get_canonical().kind in INTEGERS and re.fullmatch(r"[\w']+", text):
            self.add("constant", begin, end, f"({text} + 1)")

    def returned(self, value):
        begin, end = self.range(value)
        text, kind = self.text(begin, end), self.result.kind
        if kind == TypeKind.BOOL and text not in ("true", "false"):
            self.add("return value", begin, end, f"!({text})")
        elif kind in INTEGERS:
            self.add("return value", begin, end, "-1" if text == "0" else "0")
        elif kind == TypeKind.POINTER and text != "NULL":
            self.add("return value", begin, end, "NULL")

    def statement(self, c):
        begin, end = self.range(c)
        children = list(c.get_children())
        if c.kind == K.CALL_EXPR:
            self.leave_out("call left out", begin, end, "")
        elif c.kind in STATEMENTS and not (c.kind == K.RETURN_STMT and children):
            self.leave_out("statement left out", begin, end, "")
        elif c.kind in (K.BINARY_OPERATOR, K.COMPOUND_ASSIGNMENT_OPERATOR):
            if self.operator(c, *children)[0] in ASSIGNMENTS:
                self.leave_out("statement left out", begin, end, "")
        elif c.kind == K.UNARY_OPERATOR and self.text(begin, end).strip("+-") != self.text(begin, end):
            self.leave_out("statement left out", begin, end, "")

    def initializer(self, c):
        begin, end = self.range(c)
        if self.octets[begin:begin + 1] in b".[":
            comma = re.match(rb"\s*,", self.octets[end:])
            self.leave_out("initializer left out", begin, end + (comma.end() if comma else 0), "")


def chance(*what):
    """Where something comes among others: by chance, but the same whenever the source is the same."""
    return hashlib.sha256(" ".join(map(str, what)).encode()).digest()


def find(root, folders):
    return [site for folder in folders for path in sorted((root / folder).glob("*.[ch]"))
            for site in File(root, str(path.relative_to(root))).sites]


def ordered(sites, seed):
    """One of each place, then a second one of each, and so on; in a place, one of each kind, then a
    second one of each kind."""
    places = {}
    for s in sites:
        places.setdefault((s.file, s.place), {}).setdefault(s.kind, []).append(s)
    ranked = []
    for place, kinds in places.items():
        queue = []
        for kind, some in kinds.items():
            first = some[0].begin
            some = sorted(some, key=lambda s: chance(seed, *place, kind, s.begin - first, s.text))
            queue += [(n, chance(seed, *place, kind), s) for n, s in enumerate(some)]
        queue.sort(key=lambda q: q[:2])
        ranked += [(n, chance(seed, n, *place), q[2]) for n, q in enumerate(queue)]
    ranked.sort(key=lambda r: r[:2])
    return [r[2] for r in ranked]
