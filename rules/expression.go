package rules

import (
	"fmt"
	"slices"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/parser/lexer"
)

// expression is one condition on its way from text to programs.
type expression struct {
	source   string
	runes    []rune
	tokens   []lexer.Token
	root     ast.Node
	problems Problems
	steps    float64 // that it takes at most
	inLoop   bool    // what is being lowered stands in a loop
	cart     *cart   // of an expression over quantities
}

// CheckExpression tells everything that is wrong with one condition; line and column count inside it, from 1.
// An empty result means that the condition can be saved.
func CheckExpression(src string) Problems {
	_, problems := compileCondition("condition", src)
	return problems
}

// parseExpression reads and checks a condition. When something in it is forbidden, names and types are not judged:
// the author has to rewrite that part anyway.
func parseExpression(src string) *expression {
	x := &expression{source: src, runes: []rune(src)}
	x.parse()
	return x
}

func (x *expression) parse() {
	if p, ok := prescan(x.source); !ok {
		x.problems = Problems{p}
		return
	}
	// expr's tree walkers panic on a node they do not know; a rule is never worth a crash.
	defer func() {
		if r := recover(); r != nil {
			x.add(0, CodeSyntax, nil, fmt.Sprintf("the expression cannot be read: %v", r))
		}
	}()
	x.scan()
	if len(x.problems) > 0 {
		return
	}
	tree, err := parser.ParseWithConfig(x.source, &conf.Config{MaxNodes: MaxNodes})
	if err != nil {
		x.syntax(err)
		return
	}
	x.root = tree.Node
	x.check()
	if len(x.problems) == 0 {
		x.measure()
	}
}

func (x *expression) add(at int, code string, params map[string]string, text string) {
	line, column := place(x.runes, at)
	if params == nil {
		params = map[string]string{}
	}
	x.problems = append(x.problems, Problem{Line: line, Column: column, Code: code, Params: params, Text: text})
}

// structural are the codes after which names and types are not worth a word.
var structural = []string{CodeConstructNotAllowed, CodeOperatorNotAllowed, CodeNestedLoop, CodePatternMustBeFixed, CodeTooComplex, CodeSyntax}

// settle keeps the problems that help: the structural ones alone when there are any.
func (x *expression) settle() {
	var hard Problems
	for _, p := range x.problems {
		if slices.Contains(structural, p.Code) {
			hard = append(hard, p)
		}
	}
	if len(hard) > 0 {
		x.problems = hard
	}
	x.problems = x.problems.sorted()
}
