package rules

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

// Case is an example that is written beside the rules, with the answer that they must give (N9).
type Case struct {
	Name   string
	Ask    string            // what is asked: the stage of a gate ("pipeline/stage" outside the default pipeline), alarm or close of a project; empty where a kind has one question
	Given  map[string]string // values of fields by path; all others are empty, and today is 2026-01-01
	Expect string            // allowed, refused, not_evaluated; a score; the key of a rule, track or level; the keys of a route; none
	By     []string          // the conditions that refuse, by their id; not written: whichever

	facts crm.Facts
	late  lateInvoice
	line  int
}

// lateInvoice is what a dunning case is given.
type lateInvoice struct {
	days, letters int
	open          decimal.Decimal
}

// None is the answer when no rule, track or level applies.
const none = "none"

// caseDay is today in a case that does not say which day it is.
var caseDay = func() crm.Date {
	d, err := crm.ParseDate("2026-01-01")
	if err != nil {
		panic(err)
	}
	return d
}()

// cases reads the examples of a section.
func (r *reader) cases(s *Set, section entry) {
	keys, ok := section.value.(*ast.MappingNode)
	if !ok {
		return
	}
	for _, v := range keys.Values {
		k, isText := v.Key.(*ast.StringNode)
		if !isText || k.Value != "cases" {
			continue
		}
		seen, path := map[string]spot{}, join(section.path, "cases")
		for i, n := range r.list(entry{at(v.Key), path, v.Value}, maxEntries) {
			if c, ok := r.example(s, n, indexed(path, i), seen); ok {
				s.cases = append(s.cases, c)
			}
		}
	}
}

func (r *reader) example(s *Set, n ast.Node, path string, seen map[string]spot) (c Case, ok bool) {
	before := len(r.problems)
	keys := r.mapping(n, path, "name", "ask", "given", "expect", "by")
	if keys == nil {
		return c, false
	}
	c.line = at(n).line
	for _, needed := range []string{"name", "expect"} {
		if keys[needed].absent() {
			r.missing(at(n), path, needed)
		}
	}
	if c.Name = r.word(keys["name"]); c.Name != "" {
		if first, twice := seen[c.Name]; twice {
			r.duplicate(keys["name"].at, keys["name"].path, c.Name, first)
		}
		seen[c.Name] = at(n)
	}
	c.Ask, c.Expect = r.asked(s, keys["ask"], at(n), path), r.word(keys["expect"])
	r.given(&c, s.kind, keys["given"])
	for _, b := range r.list(keys["by"], maxConditions) {
		if text, ok := r.scalarOf(b); ok {
			c.By = append(c.By, strings.TrimSpace(text.text))
		} else {
			r.form(b, keys["by"].path, "the id of a condition")
		}
	}
	slices.Sort(c.By)
	r.answerable(s, &c, keys)
	return c, len(r.problems) == before
}

// asked reads what a case asks.
func (r *reader) asked(s *Set, e entry, owner spot, path string) string {
	questions := s.questions()
	if len(questions) == 1 && e.absent() {
		return questions[0]
	}
	if e.absent() {
		r.missing(owner, path, "ask")
		return ""
	}
	return oneOf(r, e, questions...)
}

// questions are what a set can be asked.
func (s *Set) questions() []string {
	switch s.kind {
	case crm.RulePipeline:
		var out []string
		for _, p := range s.Pipelines() {
			for _, st := range p.pipeline.stages {
				out = append(out, s.Question(p.Key(), st.Key))
			}
		}
		return out
	case crm.RuleProject:
		return []string{"alarm", "close"}
	}
	if moments := s.Moments(); moments != nil {
		return moments
	}
	return []string{string(s.kind)}
}

// given reads the values of a case by the field table.
func (r *reader) given(c *Case, kind crm.RuleKind, e entry) {
	c.Given, c.facts.Process.Today = map[string]string{}, caseDay
	if e.absent() {
		return
	}
	if kind == crm.RuleDunning {
		r.givenInvoice(c, e)
		return
	}
	for p, v := range r.mapping(e.value, e.path, allPaths()...) {
		r.givenField(c, p, v)
	}
}

// givenField reads the value of a field of a case.
func (r *reader) givenField(c *Case, p string, v entry) {
	text, ok := r.valueText(v)
	if !ok {
		return
	}
	if err := SetFact(&c.facts, p, text); err != nil {
		r.add(v.at, v.path, CodeInvalidValue, map[string]string{"value": text, "allowed": typeOfField(p)}, quoted(text)+" is no value of "+p)
		return
	}
	c.Given[p] = text
}

func typeOfField(path string) string {
	f, _ := placeOf(path)
	return string(f.Type)
}

func (r *reader) givenInvoice(c *Case, e entry) {
	invoice := []string{"days_late", "letters", "open"}
	keys := r.mapping(e.value, e.path, append(invoice, allPaths()...)...)
	c.late = lateInvoice{r.daysAround(keys["days_late"]), r.days(keys["letters"]), r.money(keys["open"])}
	for name, v := range keys {
		if slices.Contains(invoice, name) {
			c.Given[name], _ = r.valueText(v)
		} else {
			r.givenField(c, name, v)
		}
	}
}

// valueText is a value as text; the entries of a list stand behind each other with commas.
func (r *reader) valueText(e entry) (string, bool) {
	if e.absent() {
		return "", true
	}
	if s, ok := r.scalarOf(e.value); ok {
		return s.text, true
	}
	if _, isList := e.value.(*ast.SequenceNode); !isList {
		r.form(e.value, e.path, "a value")
		return "", false
	}
	var all []string
	for _, n := range r.list(e, MaxListLength) {
		s, ok := r.scalarOf(n)
		if !ok || strings.Contains(s.text, ",") {
			r.form(n, e.path, "texts without commas")
			return "", false
		}
		all = append(all, s.text)
	}
	return strings.Join(all, ", "), true
}

// SetFact writes a field of the facts by its path from its text: a decimal, a date like 2026-11-21, true or false, a list with commas.
func SetFact(f *crm.Facts, path, text string) error {
	p, ok := placeOf(path)
	if !ok {
		return fmt.Errorf("there is no field %s", quoted(path))
	}
	var v any = text
	var err error
	switch p.Type {
	case crm.TypeMoney, crm.TypeNumber, crm.TypePercent:
		v = decimal.Zero
		if text != "" {
			digits, negative := strings.CutPrefix(text, "-")
			var d decimal.Decimal
			if d, err = literal(digits); negative {
				d = d.Neg()
			}
			v = d
		}
	case crm.TypeDate:
		v, err = crm.ParseDate(text)
	case crm.TypeBool:
		v, err = strconv.ParseBool(text)
		if text == "" {
			v, err = false, nil
		}
	case crm.TypeList:
		var all []string
		for _, part := range strings.Split(text, ",") {
			if part = strings.TrimSpace(part); part != "" {
				all = append(all, part)
			}
		}
		v = all
	}
	if err != nil {
		return err
	}
	if p.custom != "" {
		p.setCustom(f, v)
		return nil
	}
	reflect.ValueOf(f).Elem().Field(p.index[0]).Field(p.index[1]).Set(reflect.ValueOf(v))
	return nil
}

// Fact is a field of the facts as text, as SetFact reads it; it is empty for a field that is not filled.
func Fact(f *crm.Facts, path string) string {
	p, ok := placeOf(path)
	if !ok {
		return ""
	}
	v := p.value(f)
	if !filled(v) {
		return ""
	}
	if list, isList := v.([]string); isList {
		return strings.Join(list, ", ")
	}
	if text, isText := v.(string); isText {
		return text
	}
	return shown(v)
}
