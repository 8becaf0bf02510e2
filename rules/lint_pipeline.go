package rules

import (
	"slices"
	"strings"
)

// stageGate is a stage with its gate as the linter sees it.
type stageGate struct {
	Stage
	list []*reading
	can  bool // whether the gate can be met
}

// yes says that the gate is met.
func (g stageGate) yes() *formula {
	parts := make([]*formula, len(g.list))
	for i, r := range g.list {
		parts[i] = r.yes
	}
	return allOf(parts...)
}

// pipeline looks at each gate, then at the gates that a deal passes one after the other, then at where it can get.
// No deal passes through a retired stage.
func (l *linter) pipeline() {
	l.set = l.set.inUse()
	var gates []stageGate
	for _, st := range l.set.pipeline.stages {
		list := l.list(st.Key, st.enter, l.sources(st.Key))
		gates = append(gates, stageGate{st, list, l.gate(list, st.Key)})
	}
	l.succession(gates)
	l.deadEnds(gates)
}

// sources are the stages from which a deal can come into a stage; a new deal comes from nowhere.
func (l *linter) sources(stage string) []string {
	out := []string{}
	if stage == l.set.pipeline.entry {
		out = append(out, "", stage)
	}
	for _, s := range l.set.pipeline.stages {
		if slices.Contains(l.set.Reachable(s.Key), stage) {
			out = append(out, s.Key)
		}
	}
	return out
}

// succession finds gates that a deal must pass one after the other and cannot, because what they read does not change between, or only
// in one direction.
func (l *linter) succession(gates []stageGate) {
	if !l.set.pipeline.noSkip {
		return // only then must a deal pass the gates between
	}
	from := slices.IndexFunc(gates, func(g stageGate) bool { return g.Key == l.set.pipeline.entry }) + 1
	for j := from; j < len(gates); j++ {
		for i := from; i < j && gates[j].Kind != StageLost; i++ {
			before, now := gates[i], gates[j]
			if before.Kind != StageOpen || !before.can || !now.can || possible(now.yes(), l.remembered(before)) {
				continue
			}
			r, clause, other := l.clash(before, now)
			l.contradiction(r, clause.source, clause.at, other)
			gates[j].can = false
		}
	}
}

// clash is the clause of the later gate that cannot follow one of the earlier gate.
func (l *linter) clash(before, now stageGate) (*reading, operand, [2]string) {
	for _, r := range now.list {
		for _, o := range r.operands {
			for _, b := range before.list {
				for _, p := range b.operands {
					if !possible(o.yes, l.later(p.yes, before.Key)) {
						return r, o, [2]string{b.where, p.source}
					}
				}
			}
		}
	}
	r := now.list[0]
	return r, r.operands[0], [2]string{before.Key, before.list[0].source}
}

func (l *linter) remembered(g stageGate) *formula { return l.later(g.yes(), g.Key) }

// later is what still is known of an earlier gate: fields that nobody can change, and those that only grow. The rest is about another time.
func (l *linter) later(f *formula, stage string) *formula {
	return f.renamed(func(name string, set valueSet) (string, valueSet) {
		if _, same := fixed(l.set.kind, name); same {
			return name, set
		}
		if n, ok := set.(numberSet); ok && natures[name].grows {
			return name, n.later()
		}
		return name + " at " + stage, set
	})
}

// deadEnds finds stages that no deal can reach, and pipelines that no deal can win.
func (l *linter) deadEnds(gates []stageGate) {
	entry := slices.IndexFunc(gates, func(g stageGate) bool { return g.Key == l.set.pipeline.entry })
	if entry < 0 {
		return
	}
	if !gates[entry].can {
		l.deadEnd(gates[entry].Key, "entry", "", "no deal can be in "+gates[entry].Key+", where deals begin: its gate can never be met; correct the gate")
		return
	}
	structure := l.reach(gates, entry, false)
	for i, g := range gates {
		if !structure[i] {
			l.deadEnd(g.Key, "unreachable", "", "no deal can ever come to "+g.Key+"; begin before it, allow moving back, or take the stage out")
		}
	}
	reached := l.reach(gates, entry, true)
	for i, g := range gates {
		switch {
		case reached[i] || !structure[i]:
		case g.Kind == StageWon:
			blocked := l.blocked(gates, reached)
			l.deadEnd(g.Key, "won", blocked, "no deal can ever be won: the gate of "+blocked+" can never be passed; correct it")
		case g.can && reached[wonOf(gates)]:
			l.deadEnd(g.Key, "unreachable", "", "no deal can ever come to "+g.Key+": its gate lets none in from where it could come; correct the gate")
		}
	}
	for i, g := range gates {
		if onward := l.reach(gates, i, true); reached[i] && g.Kind == StageOpen && reached[wonOf(gates)] && !onward[wonOf(gates)] {
			l.deadEnd(g.Key, "stuck", "", "a deal in "+g.Key+" can never be won: no gate lets it go on from there; correct the gates behind it")
		}
	}
}

func wonOf(gates []stageGate) int {
	return slices.IndexFunc(gates, func(g stageGate) bool { return g.Kind == StageWon })
}

func (l *linter) deadEnd(stage, reason, blocked, text string) {
	l.find(LintDeadEnd, LintError, stage, 0, map[string]string{"stage": stage, "reason": reason, "name": stage, "other": blocked}, text)
}

// reach tells which stages a deal can come to from one; with gates only where they can let it in.
func (l *linter) reach(gates []stageGate, from int, gated bool) []bool {
	out := make([]bool, len(gates))
	out[from] = true
	for queue := []int{from}; len(queue) > 0; queue = queue[1:] {
		here := gates[queue[0]].Key
		for _, to := range l.set.Reachable(here) {
			j := l.set.position(to)
			if out[j] || gated && !l.opens(gates[j], here) {
				continue
			}
			out[j] = true
			queue = append(queue, j)
		}
	}
	return out
}

// opens tells whether the gate can let in a deal from a stage. One that is misspelt is told as such, and no reason to call it a dead end.
func (l *linter) opens(g stageGate, from string) bool {
	return g.can && possible(g.yes(), is("deal.stage", oneText(append([]string{from}, l.odd["deal.stage"]...)...)))
}

// blocked names the first stages on the way that cannot be entered.
func (l *linter) blocked(gates []stageGate, reached []bool) string {
	var out []string
	for i, g := range gates {
		if reached[i] || g.Kind == StageLost {
			continue
		}
		if !g.can || !slices.ContainsFunc(gates, func(b stageGate) bool {
			return reached[l.set.position(b.Key)] && slices.Contains(l.set.Reachable(b.Key), g.Key) && l.opens(g, b.Key)
		}) {
			out = append(out, g.Key)
		}
		if !g.can || l.set.pipeline.noSkip {
			break
		}
	}
	return strings.Join(out, ", ")
}
