package rules

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/expr-lang/expr/vm"

	"leadtocash/crm"
)

// condition is a compiled condition: one program for the whole, which is fast, and one for each clause, which explains.
type condition struct {
	id       string
	source   string
	label    map[string]string
	plain    *vm.Program
	operands [][]clause // all must hold; of each, one alternative is enough
	fields   []field
	steps    float64 // that one evaluation takes at most
}

// grouped tells whether the condition has alternatives, so that the whole being true does not tell which part was.
func (c *condition) grouped() bool {
	for _, alternatives := range c.operands {
		if len(alternatives) > 1 {
			return true
		}
	}
	return false
}

// compileCondition gives the condition, or everything that is wrong with it.
func compileCondition(id, src string) (*condition, Problems) {
	x := parseExpression(src)
	if len(x.problems) > 0 {
		return nil, x.problems
	}
	c, err := x.compile(id)
	if err != nil {
		x.add(0, CodeSyntax, map[string]string{"message": err.Error()}, "cannot be compiled: "+err.Error())
		return nil, x.problems
	}
	return c, nil
}

func (x *expression) compile(id string) (c *condition, err error) {
	defer func() {
		if r := recover(); r != nil {
			c, err = nil, fmt.Errorf("%v", r)
		}
	}()
	c = &condition{id: id, source: strings.TrimSpace(x.source), fields: fieldsOf(x.root), steps: x.steps}
	for _, parts := range operands(x.root) {
		alternatives := make([]clause, len(parts))
		for i, p := range parts {
			if alternatives[i], err = x.clause(p); err != nil {
				return nil, err
			}
		}
		c.operands = append(c.operands, alternatives)
	}
	if len(c.operands) == 1 && len(c.operands[0]) == 1 {
		c.plain = c.operands[0][0].program // the only clause is the whole
		return c, nil
	}
	c.plain, err = x.program(x.root)
	return c, err
}

// machines are expr's machines. One runs one program at a time; each run begins with an empty stack and the whole memory budget.
var machines = sync.Pool{New: func() any { return &vm.VM{MemoryBudget: memoryBudget} }}

// run evaluates a program on facts.
func run(p *vm.Program, facts any) (bool, error) {
	machine := machines.Get().(*vm.VM)
	out, err := machine.Run(p, facts)
	clear(machine.Stack[:cap(machine.Stack)]) // a machine that waits keeps no facts
	machines.Put(machine)
	if err != nil {
		return false, reason(err)
	}
	yes, ok := out.(bool)
	if !ok {
		return false, failure(ProblemFailed)
	}
	return yes, nil
}

// reason finds our own reason in what expr reports.
func reason(err error) failure {
	var f failure
	switch {
	case errors.As(err, &f):
		return f
	case strings.Contains(err.Error(), "memory budget"):
		return ProblemTooMuchWork
	}
	return ProblemFailed
}

// holds is the fast answer: true only when the whole condition could be evaluated and is true. It agrees with judge.
func (c *condition) holds(facts *crm.Facts) bool {
	yes, err := run(c.plain, facts)
	return err == nil && yes
}
