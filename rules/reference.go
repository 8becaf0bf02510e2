package rules

import (
	_ "embed" // for the reference's text
	"fmt"
	"slices"
	"strings"

	"leadtocash/crm"
)

//go:embed REFERENCE.md
var reference string

// Reference is REFERENCE.md: how rules are written, in Markdown. Its tables of functions, findings and fields are made from what the compiler
// itself knows, so they cannot differ from it.
func Reference() string {
	text := replaced(reference, "functions", functionTable())
	text = replaced(text, "lint", lintTable())
	return replaced(text, "fields", fieldTable())
}

// replaced exchanges what stands between the marks of a table.
func replaced(text, name, table string) string {
	before, rest, _ := strings.Cut(text, "<!-- "+name)
	mark, rest, _ := strings.Cut(rest, "\n")
	_, after, _ := strings.Cut(rest, "<!-- end -->")
	return before + "<!-- " + name + mark + "\n" + table + "<!-- end -->" + after
}

func functionTable() string {
	var b strings.Builder
	b.WriteString("| function | gives | meaning | examples |\n|---|---|---|---|\n")
	for _, f := range Functions() {
		examples := make([]string, len(f.Examples))
		for i, e := range f.Examples {
			examples[i] = e.String()
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", strings.Join(f.Forms, "`, `"), f.Result, f.Meaning, strings.Join(examples, "<br>"))
	}
	return b.String()
}

// String is the example as one line of Markdown.
func (e Example) String() string {
	result := e.Result
	if result != "true" && result != "false" {
		result = "`" + result + "`"
	}
	text := "`" + e.Expression + "` is " + result
	for i, g := range e.Given {
		text += map[bool]string{true: " with ", false: ", "}[i == 0] + g.Path + " `" + g.Value + "`"
	}
	return text
}

func fieldTable() string {
	var b strings.Builder
	b.WriteString("| field | type | meaning | example | who fills it | who may read it |\n|---|---|---|---|---|---|\n")
	for _, f := range crm.Fields() {
		m := meanings[f.Path]
		fmt.Fprintf(&b, "| `%s` | %s | %s | `%s` | %s | %s |\n", f.Path, f.Type, m.text, m.example, people(f.Writers, "computed"), people(f.Readers(), "all"))
	}
	return b.String()
}

// sellerRoles are the roles that sell, which have one name when all of them are meant.
var sellerRoles = []crm.Role{crm.RoleSalesperson, crm.RoleSalesManager, crm.RoleSalesOps, crm.RoleAdmin}

// people names roles in few words; the admin, who may everything, is left out.
func people(roles []crm.Role, none string) string {
	if len(roles) == 0 {
		return none
	}
	var names []string
	sell := !slices.ContainsFunc(sellerRoles, func(r crm.Role) bool { return !slices.Contains(roles, r) })
	if sell {
		names = append(names, "sellers")
	}
	for _, r := range crm.Roles() {
		if slices.Contains(roles, r) && r != crm.RoleAdmin && !(sell && slices.Contains(sellerRoles, r)) {
			names = append(names, strings.ReplaceAll(string(r), "_", " "))
		}
	}
	return strings.Join(names, ", ")
}
