package api

import (
	"go/ast"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/rules"
	"leadtocash/store"
)

// plainFigures are the figures of timelines that are names, numbers of records or words that a person wrote: they are shown as they stand.
var plainFigures = namesOf("opportunity", "sku", "name", "subject", "quote", "by", "note", "order", "reference", "contract", "next", "invoice", "milestone",
	"text", "number", "tranche", "file", "solution", "rule_name", "case.reopened.reason", "order.rejected.reason", "order.recalled.reason", "question", "answer", "exception.asked.reason", "exception.declined.reason", "handoff.bounced.reason", "duplicate.confirmed.reason", "effect.parked.outcome", "erp.settled.reason", "erp.cancelled.reason", "undo.asked.reason", "undo.declined.reason", "undo.settled.note", "undo.stepped.label", "undo.failed.label", "undo.failed.why", "credit_note", "invoice.grouped.tranches",
	"lead.nurture_written.touch", "dunning.written.level", "recipient", "engagement.cancelled.reason", "opportunity.lost.reason", "tranche.edited.paid", "order.ticked.items", "order.terms.template", "signer", "place", "amendment", "amendment.proposed.reason", "amendment.rejected.reason", "amendment.in_erp.reason", "dispute.opened.reason", "collection.paused.reason", "waiver.made.reason", "handler", "collection.legal_out.reason", "write_off.asked.reason", "invoices", "letter.came_back.reason",
	"supplier", "phase", "task", "project.task_edited.shifted", "document", "einvoice.rejected.reason", "einvoice.refused.reason", "deal", "case", "case.heard.reopened", "what", "sign_off.refused.reason", "risk", "case.absorbed.other", "case.merged.other", "case.released.other", "case.unmerged.other")

// literals are all texts in the source of the packages that tell timelines, and the last texts of the calls of one function.
func literals(t *testing.T, call string) (all, of map[string]bool) {
	t.Helper()
	all, of = map[string]bool{}, map[string]bool{}
	text := func(e ast.Expr) string {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			s, _ := strconv.Unquote(lit.Value)
			return s
		}
		return ""
	}
	for _, dir := range []string{"../store", "../activities", "../worker"} {
		for _, f := range parsed(t, token.NewFileSet(), dir, false) {
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.BasicLit:
					all[text(n)] = true
				case *ast.CallExpr:
					if id, ok := n.Fun.(*ast.Ident); ok && id.Name == call {
						if s := text(n.Args[len(n.Args)-1]); s != "" {
							of[s] = true
						}
					}
				}
				return true
			})
		}
	}
	return all, of
}

// deadlines are the kinds of deadlines that steps and edits set, by their constants.
func deadlines(t *testing.T) (out []string) {
	t.Helper()
	for _, dir := range []string{"../store", "../activities"} {
		for _, f := range parsed(t, token.NewFileSet(), dir, false) {
			ast.Inspect(f, func(n ast.Node) bool {
				if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == 1 && strings.HasPrefix(strings.ToLower(v.Names[0].Name), "deadline") {
					if lit, ok := v.Values[0].(*ast.BasicLit); ok {
						s, _ := strconv.Unquote(lit.Value)
						out = append(out, s)
					}
				}
				return true
			})
		}
	}
	return out
}

var (
	eventCode   = regexp.MustCompile(`^([a-z]+)\.[a-z_]+$`)
	timelineKey = regexp.MustCompile(`(?m)^timeline\.([a-z]+\.[a-z_]+): (.*)$`)
	figureName  = regexp.MustCompile(`\.([a-z_]+)`)
)

// timelineTexts are the English sentences of timelines by event.
func timelineTexts(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	files, err := filepath.Glob("../i18n/texts/en/*.yaml")
	must(t, err)
	for _, f := range files {
		b, err := os.ReadFile(f)
		must(t, err)
		for _, m := range timelineKey.FindAllStringSubmatch(string(b), -1) {
			out[m[1]] = m[2]
		}
	}
	if len(out) < 70 {
		t.Fatalf("only %d events have a sentence", len(out))
	}
	return out
}

// Every event that a step, an edit or a deliverer tells has a sentence in every language, and no sentence is left of one that is gone.
func TestEveryEventHasTexts(t *testing.T) {
	t.Parallel()
	texts, err := i18n.New()
	must(t, err)
	all, _ := literals(t, "")
	known, sentences := map[string]bool{}, timelineTexts(t)
	for code := range sentences {
		known[strings.Split(code, ".")[0]] = true
	}
	for lit := range all {
		m := eventCode.FindStringSubmatch(lit)
		if m == nil || !known[m[1]] || texts.For("en").Has(lit) {
			continue
		}
		for _, l := range i18n.Languages() {
			if !texts.For(l).Has("timeline." + lit) {
				t.Errorf("%s: no text timeline.%s", l, lit)
			}
		}
	}
	for code := range sentences {
		if !all[code] && !all[strings.Split(code, ".")[0]+"."] && !all["."+strings.Split(code, ".")[1]] {
			t.Errorf("nothing tells %s", code)
		}
	}
}

// Every figure of a timeline's sentence is either written as it stands by decision, or a code with a word for each of its values.
func TestEveryFigureHasWords(t *testing.T) {
	t.Parallel()
	for code, sentence := range timelineTexts(t) {
		for _, part := range regexp.MustCompile(`{{[^}]*}}`).FindAllString(sentence, -1) {
			for _, m := range figureName.FindAllStringSubmatch(part, -1) {
				said := wordFigures[m[1]] != "" || wordFigures[code+"."+m[1]] != ""
				for _, table := range []map[string]bool{moneyFigures, numberFigures, dateFigures, placeFigures, plainFigures} {
					said = said || table[m[1]] || table[code+"."+m[1]]
				}
				if !said {
					t.Errorf("%s: nobody says how %q is read", code, m[1])
				}
			}
		}
	}
	_, why := literals(t, "stopNurture")
	stops := append(slices.Sorted(maps.Keys(why)), crm.AnswerKinds()...)
	if len(stops) < 9 {
		t.Fatalf("only %v", stops)
	}
	var states []string
	for _, s := range []crm.CostState{crm.CostRequested, crm.CostCommitted, crm.CostActual, crm.CostRefused} {
		states = append(states, string(s))
	}
	values := map[string][]string{
		"channel": {"form", "api", "manual", "import", "mail", "care", store.ChannelMail, store.ChannelERP}, "source": {"api", "manual", "import", "nurture", "website", "care"},
		"feedback": {string(crm.FeedbackPositive), string(crm.FeedbackNegative)}, "reason": crm.DisqualifyReasons(), "answer_kind": crm.AnswerKinds(),
		"nurture_stop": stops, "outcome": {"reached", "interested", "refused", "not_reached"}, "sample_outcome": crm.SampleOutcomes(),
		"contact_status": append([]string{"new"}, crm.ContactStatuses()...), "deadline": deadlines(t), "bid_side": {"offer", "counter"}, "escalated_because": {"nobody", "passes"}, "cost_state": states, "earning_way": listOf(crm.EarningWays()...), "claim": crm.WaivableClaims(),
	}
	for _, k := range crm.UndoKinds() {
		values["undo_step_kind"] = append(values["undo_step_kind"], string(k))
	}
	texts, err := i18n.New()
	must(t, err)
	for figure, list := range wordFigures {
		if len(values[list]) == 0 {
			t.Errorf("%s: the values of %s are not known to this test", figure, list)
		}
	}
	for list, all := range values {
		for _, v := range all {
			for _, l := range i18n.Languages() {
				if print := texts.For(l); !print.Has("enum."+list+"."+v) && !print.Has(list+"."+v) {
					t.Errorf("%s: no word for %s %s", l, list, v)
				}
			}
		}
	}
	pipeline, problems := rules.Parse(crm.RulePipeline, []byte(shippedRules(t)[crm.RulePipeline]))
	must(t, problems.Err())
	for _, reason := range pipeline.LostReasons() {
		for _, l := range i18n.Languages() {
			if reason.Name[l] == "" {
				t.Errorf("%s: the shipped rules have no name for %s", l, reason.Key)
			}
		}
	}
}

// A timeline says why a track ended and when something is due in the reader's own words.
func TestTimelineSpeaksTheReadersLanguage(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(`insert into timeline (process, cause, seq, actor, code, at, data) values
		('lead-` + string(s.lead) + `', 'x', 0, 'system', 'lead.nurture_stopped', now(), '{"why": "bounce"}'),
		('lead-` + string(s.lead) + `', 'x', 1, 'system', 'sample.shipped', now(), '{"sku": "PUMP", "feedback_due": "2026-12-05"}'),
		('lead-` + string(s.lead) + `', 'x', 2, 'system', 'lead.answered', now(), '{"kind": "unsubscribe"}')`)
	b := s.browser("anna")
	for language, want := range map[string][]string{
		"en": {"Nurture stopped: the mail came back", "feedback due 5 Dec 2026", "no more mails, please"}, "it": {"la posta è tornata indietro", "5 dic 2026"},
		"pl": {"poczta wróciła", "proszę nie pisać"}, "es": {"el correo fue devuelto"},
	} {
		status(t, b.send("POST", "/language", map[string][]string{"language": {language}, "back": {"/"}}), 303)
		d := b.open("/leads/"+string(s.lead), 200)
		for _, w := range want {
			d.want("li", w)
		}
	}
}
