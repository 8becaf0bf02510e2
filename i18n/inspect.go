package i18n

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template/parse"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
)

// inspect finds the placeholders and plural forms of a message, so that tests can compare languages and a missing value is noticed.
func inspect(m *goi18n.Message) (*text, error) {
	forms := map[string]string{"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many, "other": m.Other}
	all, optional := map[string]bool{}, map[string]bool{}
	x := &text{}
	for _, form := range slices.Sorted(maps.Keys(forms)) {
		src := forms[form]
		if src == "" {
			continue
		}
		x.plurals = append(x.plurals, form)
		trees, err := parse.Parse(m.ID, src, "{{", "}}", map[string]any{"and": true, "or": true, "not": true, "eq": true, "ne": true})
		if err != nil {
			return nil, err
		}
		collect(trees[m.ID].Root, all, optional)
	}
	if len(x.plurals) == 0 || forms["other"] == "" {
		return nil, fmt.Errorf("no text")
	}
	x.placeholders = slices.Sorted(maps.Keys(all))
	for _, p := range x.placeholders {
		if !optional[p] {
			x.required = append(x.required, p)
		}
	}
	if len(x.plurals) == 1 && !strings.Contains(m.Other, "{{") {
		x.plain = m.Other
	}
	return x, nil
}

// collect walks a template. A placeholder that some condition asks for is optional.
func collect(n parse.Node, all, optional map[string]bool) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return
		}
		for _, c := range n.Nodes {
			collect(c, all, optional)
		}
	case *parse.ActionNode:
		collectPipe(n.Pipe, all)
	case *parse.IfNode:
		collectPipe(n.Pipe, all)
		collectPipe(n.Pipe, optional)
		collect(n.List, all, optional)
		collect(n.ElseList, all, optional)
	}
}

func collectPipe(p *parse.PipeNode, into map[string]bool) {
	for _, c := range p.Cmds {
		for _, a := range c.Args {
			switch a := a.(type) {
			case *parse.FieldNode:
				into[a.Ident[0]] = true
			case *parse.PipeNode:
				collectPipe(a, into)
			}
		}
	}
}
