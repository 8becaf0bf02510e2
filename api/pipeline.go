package api

import (
	"errors"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// pipeline is the rule set of stages that new deals get.
func (r *request) pipeline() (*rules.Set, error) {
	active, err := r.store.ActiveRules(r.ctx())
	if err != nil {
		return nil, err
	}
	for _, set := range active {
		if set.Kind == crm.RulePipeline {
			return r.srv.library.Get(set.Kind, set.Version, func() ([]byte, error) { return []byte(set.Source), nil })
		}
	}
	return nil, errors.New("no pipeline is active")
}

// entrance judges the stage in which a deal is to begin: every gate on the way there, the last one included (S098).
func entrance(set *rules.Set, stage string) func(crm.Facts) crm.Verdict {
	return func(f crm.Facts) crm.Verdict {
		v := crm.Verdict{Kind: crm.RulePipeline, Version: set.Version(), Key: stage, Result: crm.Allowed}
		for _, s := range set.Stages() {
			if s.Key == set.EntryStage() {
				continue
			}
			if stage == set.EntryStage() {
				break
			}
			if v = set.Gate(s.Key, f); !v.Allowed() || s.Key == stage {
				break
			}
		}
		return v
	}
}

// refusedEdit turns what the store refused into a problem.
func refusedEdit(err error, language string) (Problem, bool) {
	if g, ok := errors.AsType[store.GateRefused](err); ok {
		return gateRefused(g.Verdict, language), true
	}
	if s, ok := errors.AsType[store.Stale](err); ok {
		fields := s.Fields
		if fields == nil {
			fields = []string{}
		}
		return refusal(codeStale, item{Header: "If-Match", Code: "mismatch", Params: params{"version": s.Version, "changed": fields}}), true
	}
	if e, ok := errors.AsType[store.Refused](err); ok {
		p := refusal(code(e.Code), item{Pointer: at(""), Code: e.Code})
		for name, v := range e.Params {
			if p.Params == nil {
				p.Params = params{}
			}
			p.Params[name] = v
		}
		p.Errors[0].Params = p.Params
		return p, true
	}
	return Problem{}, false
}
