package api

import (
	"errors"
	"net/http"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// pipeline is the rule set of stages that new deals get, with all its pipelines.
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

// getGates shows, before anything is asked for, what each next stage needs of the deal as it is now (S097). It is judged by the rules that
// hold for this deal, not by newer ones (N3).
func getGates(r *request) error {
	id, o, err := r.deal()
	if err != nil {
		return err
	}
	set, err := r.pinnedPipeline(o)
	if err != nil {
		return err
	}
	facts, err := r.store.Facts(r.ctx(), id)
	if err != nil {
		return err
	}
	gates := []*gate{}
	for _, stage := range set.Reachable(o.Stage) {
		v, err := r.excepted(id, set.Gate(stage, facts))
		if err != nil {
			return err
		}
		gates = append(gates, gateOf(v, r.language))
	}
	return r.JSON(http.StatusOK, gatesView{o.Stage, gates})
}

// pinnedPipeline is the pipeline that holds for a deal.
func (r *request) pinnedPipeline(o crm.Opportunity) (*rules.Set, error) {
	p, err := r.store.ProcessSeen(r.ctx(), store.Everything(), crm.ProcessID(crm.KindOpportunity, o.ID))
	if err != nil {
		return nil, err
	}
	set, err := r.pipelineVersion(p.Rules[crm.RulePipeline])
	if err != nil {
		return nil, err
	}
	return set.Of(o.Pipeline), nil
}

// pipelineVersion are the pipelines as a version of their rules has them.
func (r *request) pipelineVersion(version int) (*rules.Set, error) {
	return r.srv.library.Get(crm.RulePipeline, version, func() ([]byte, error) {
		source, err := r.store.RuleSource(r.ctx(), crm.RulePipeline, version)
		return []byte(source), err
	})
}

// pipelineKeys are the keys of a set's pipelines.
func pipelineKeys(set *rules.Set) (out []string) {
	for _, p := range set.Pipelines() {
		out = append(out, p.Key())
	}
	return out
}

// pipelineChoices are the pipelines in which a deal can begin, the default one chosen; none where there is only one.
func (r *request) pipelineChoices(set *rules.Set) (out []option) {
	all := set.Pipelines()
	if len(all) < 2 {
		return nil
	}
	for _, p := range all {
		out = append(out, option{p.Key(), worded(p.Name(), r.language, p.Key())})
	}
	return out
}

// entrance judges the stage in which a deal is to begin: every gate on the way there, the last one included (S098).
func entrance(set *rules.Set, stage string) func(crm.Facts) crm.Verdict {
	return func(f crm.Facts) crm.Verdict {
		v := crm.Verdict{Kind: crm.RulePipeline, Version: set.Version(), Key: stage, Result: crm.Allowed}
		for _, s := range set.Stages() {
			if s.Key == set.EntryStage() || s.Retired() {
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
	if e, ok := errors.AsType[store.RuleRefused](err); ok {
		return ruleRefused(e, language), true
	}
	if e, ok := errors.AsType[store.Duplicated](err); ok {
		return duplicated(e, language), true
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
