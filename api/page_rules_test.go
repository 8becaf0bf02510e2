package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/rules"
	"leadtocash/store"

	"golang.org/x/net/html"
)

// draft begins a draft of a kind on the pages and gives its address.
func (b *browser) draft(kind crm.RuleKind) string {
	b.t.Helper()
	rec := b.send(http.MethodPost, "/rules/drafts", url.Values{"kind": {string(kind)}, "version": {"1"}, "once": {string(store.NewID())}})
	status(b.t, rec, http.StatusSeeOther)
	return rec.Header().Get("Location")
}

// post sends a form and opens the page that it leads to.
func (b *browser) post(path string, form url.Values) document {
	b.t.Helper()
	rec := b.send(http.MethodPost, path, form)
	if rec.Code != http.StatusSeeOther {
		b.t.Fatalf("POST %s: %d: %.2000s", path, rec.Code, rec.Body)
	}
	next, _, _ := strings.Cut(rec.Header().Get("Location"), "#")
	return b.open(next, http.StatusOK)
}

// addressCondition asks for the customer's address before a quote is sent.
func addressCondition(version string) url.Values {
	return url.Values{"version": {version}, "where": {"send"}, "condition": {""}, "f-0-0": {"customer.address"}, "o-0-0": {"filled"}, "v-0-0": {""}, "cases": {"true"}}
}

// N2, N3, N9: a condition is added as a form with its cases, tried on deals, and activated for running processes too.
func TestWorkbenchFromFormToMigration(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("sales_ops")
	at := b.draft(crm.RulePipeline)
	d := b.post(at+"/conditions", addressCondition("1"))
	d.want("code", "filled(customer.address)")
	d.want("section", fmt.Sprintf("Cases: %d", shippedCases(t)+2))
	if d.has("section", "✗") {
		t.Errorf("the cases of a new condition fail: %s", text(d.root))
	}
	cases := b.open(at+"?view=cases", http.StatusOK)
	cases.want("dd", "allowed")
	cases.want("dd", "refused")
	report := b.post(at+"/try", url.Values{})
	report.want("h1", "Tried on deals")
	rec := b.send(http.MethodGet, at+"/report?list=blocked&as=csv", nil)
	status(t, rec, http.StatusOK)
	if !strings.HasPrefix(rec.Header().Get("Content-Type"), "text/csv") {
		t.Errorf("the list is sent as %s", rec.Header().Get("Content-Type"))
	}
	tried := b.open(at+"/report?list=open", http.StatusOK)
	tried.want("a", "Pumps")
	tried.sound("en")
	page := b.open(at+"/activate", http.StatusOK)
	page.want("ins", "filled(customer.address)")
	again := b.send(http.MethodPost, at+"/activate", url.Values{"version": {"2"}, "running": {"all"}})
	b.read(again, at, http.StatusUnprocessableEntity).want("h2", "Please check these points")
	m := b.post(at+"/activate", url.Values{"version": {"2"}, "running": {"all"}, "comment": {"Parcels came back"}})
	m.want("h1", "Running processes to version 2")
	v := b.open("/rules/pipeline/versions/2", http.StatusOK)
	v.want("dd", "Parcels came back")
	v.want("section", "Tried on deals")
	v.want("ins", "filled(customer.address)")
	b.open(at, http.StatusNotFound) // it is a version now
	b.open("/rules/pipeline/versions/2/report", http.StatusOK)
}

// N9: a text with mistakes or a case that fails is not activated, whatever is sent.
func TestWorkbenchActivatesNothingRed(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("sales_ops")
	source := shippedRules(t)[crm.RuleOrder]
	for name, text := range map[string]string{
		"mistake": strings.Replace(source, "order:", "orderly:", 1),
		"red":     strings.Replace(source, "expect: allowed", "expect: refused", 1),
	} {
		at := b.draft(crm.RuleOrder)
		d := b.post(at, url.Values{"version": {"1"}, "source": {text}, "comment": {""}})
		if !d.has("span", "has mistakes") && !d.has("span", "Cases that fail: 1") {
			t.Errorf("%s: not said on the page", name)
		}
		rec := b.send(http.MethodPost, at+"/activate", url.Values{"version": {"2"}, "running": {"new"}, "comment": {"x"}})
		b.read(rec, at, http.StatusUnprocessableEntity).want("li", "cannot be activated")
	}
	if set, err := s.store.RulesHistory(t.Context(), crm.RuleOrder); err != nil || len(set) != 1 {
		t.Errorf("versions: %v %v", set, err)
	}
}

// A save of a copy that is older than the draft changes nothing, says who saved, and keeps what was typed.
func TestWorkbenchStaleSaveKeepsTheText(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ops, admin := s.browser("sales_ops"), s.browser("admin")
	at := ops.draft(crm.RuleOrder)
	source := shippedRules(t)[crm.RuleOrder]
	admin.post(at, url.Values{"version": {"1"}, "source": {source + "# theirs\n"}, "comment": {"theirs"}})
	rec := ops.send(http.MethodPost, at, url.Values{"version": {"1"}, "source": {source + "# mine\n"}, "comment": {""}})
	d := ops.read(rec, at, http.StatusPreconditionFailed)
	d.want("h2", "admin saved this draft")
	d.want("textarea", "# mine")
	again := addressCondition("1")
	again.Set("label.en", "Where to send the parcels")
	rec = ops.send(http.MethodPost, at+"/conditions", withPlace(again, "checks"))
	d = ops.read(rec, at, http.StatusPreconditionFailed)
	d.want("h2", "admin saved this draft")
	typed := false
	d.each("input", func(n *html.Node) { typed = typed || attr(n, "value") == "Where to send the parcels" })
	if !typed {
		t.Error("the condition that was typed is lost")
	}
	kept, err := s.store.RuleDraft(t.Context(), crm.ID(strings.TrimPrefix(at, "/rules/drafts/")))
	must(t, err)
	if !strings.Contains(kept.Source, "# theirs") {
		t.Error("the older copy was saved")
	}
}

// A draft begun before another version was activated is not activated over it; a new draft on that version is offered.
func TestWorkbenchDraftBehind(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("sales_ops")
	late, first := b.draft(crm.RulePipeline), b.draft(crm.RulePipeline)
	b.post(first+"/conditions", addressCondition("1"))
	b.post(first+"/activate", url.Values{"version": {"2"}, "running": {"new"}, "comment": {"x"}})
	b.post(late+"/conditions", url.Values{"version": {"1"}, "where": {"send"}, "f-0-0": {"deal.budget"}, "o-0-0": {"is true"}, "cases": {"true"}})
	rec := b.send(http.MethodPost, late+"/activate", url.Values{"version": {"2"}, "running": {"new"}, "comment": {"x"}})
	b.read(rec, late, http.StatusPreconditionFailed).want("button", "New draft on version 2")
	again := b.post(late+"/again", url.Values{"once": {string(store.NewID())}})
	again.want("del", "filled(customer.address)")
}

// Every row of the form that is wrong says so beside it, and what was typed stays.
func TestWorkbenchRowsSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("sales_ops")
	at := b.draft(crm.RulePipeline)
	for _, row := range [][3]string{{"deal.amount", ">", "much"}, {"deal.close_date", ">", "soon"}, {"deal.amount", "contains", "1"}, {"customer.nothing", "filled", ""}, {"customer.name", "==", ""}} {
		rec := b.send(http.MethodPost, at+"/conditions", url.Values{"version": {"1"}, "where": {"send"}, "f-0-0": {row[0]}, "o-0-0": {row[1]}, "v-0-0": {row[2]}})
		d := b.read(rec, at, http.StatusUnprocessableEntity)
		wrong := false
		d.each("input", func(n *html.Node) { wrong = wrong || attr(n, "aria-invalid") == "true" && attr(n, "value") == row[2] })
		if !wrong {
			t.Errorf("%v: not blamed", row)
		}
	}
}

// N9: the deal that is looked at becomes a case by one form, that expects what the rules answer.
func TestWorkbenchCaseOfADeal(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("sales_ops")
	d := b.post("/rules/cases", url.Values{"deal": {string(s.deal)}, "to": {"send"}})
	d.want("section", fmt.Sprintf("Cases: %d", shippedCases(t)+1))
	if d.has("dd", "Answer now") || d.has("span", "✗") {
		t.Errorf("the case fails at once: %s", text(d.root))
	}
	rec := s.browser("anna").send(http.MethodPost, "/rules/cases", url.Values{"deal": {string(s.deal)}, "to": {"send"}})
	status(t, rec, http.StatusForbidden)
}

// Live findings: the line, the column and the nearest name of a mistake, and nothing is saved.
func TestWorkbenchChecksWhileTyping(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("sales_ops")
	at := b.draft(crm.RulePipeline)
	text := strings.Replace(shippedRules(t)[crm.RulePipeline], "filled(customer.vat)", "filled(customer.vta)", 1)
	d := b.read(b.send(http.MethodPost, at+"/check", url.Values{"source": {text}}), at, http.StatusOK)
	d.want("div", "did you mean vat?")
	found := false
	d.each("a", func(n *html.Node) { found = found || attr(n, "data-line") != "" && attr(n, "data-column") != "" })
	if !found {
		t.Error("no place to jump to")
	}
	b.open(at+"?view=text", http.StatusOK).want("textarea", "filled(customer.vat)")
}

// The workbench is whole in every language and for every kind of rules.
func TestWorkbenchInEveryLanguage(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("sales_ops")
	var paths []string
	for _, k := range crm.RuleKinds() {
		at := b.draft(k)
		paths = append(paths, "/rules?kind="+string(k), "/rules/"+string(k)+"/versions/1", at, at+"?view=text", at+"?view=cases", at+"/activate")
		if k == crm.RulePipeline {
			b.post(at+"/conditions", addressCondition("1"))
			b.post(at+"/try", url.Values{})
			paths = append(paths, at+"/report", at+"?where=send&edit=", at+"?where=send&edit=vat", at+"?where=timing&edit=reach")
		}
	}
	migration := s.migrated(t, b)
	for _, l := range i18n.Languages() {
		status(t, b.send(http.MethodPost, "/language", url.Values{"language": {l}, "back": {"/"}}), http.StatusSeeOther)
		for _, path := range append(paths, migration) {
			b.open(path, http.StatusOK).sound(l)
		}
	}
	for _, f := range s.srv.screens().texts.Faults() {
		t.Error(f)
	}
}

// migrated activates order rules for running processes and gives the page of the migration.
func (s *scene) migrated(t *testing.T, b *browser) string {
	t.Helper()
	at := b.draft(crm.RuleOrder)
	b.post(at, url.Values{"version": {"1"}, "source": {shippedRules(t)[crm.RuleOrder] + "# again\n"}, "comment": {""}})
	rec := b.send(http.MethodPost, at+"/activate", url.Values{"version": {"2"}, "running": {"all"}, "comment": {"x"}})
	status(t, rec, http.StatusSeeOther)
	return rec.Header().Get("Location")
}

// A condition that rows show is written back by them as it was.
func TestWorkbenchRowsRoundTrip(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	r := &request{srv: s.srv, store: s.store, language: "it"}
	set, found := rules.Parse(crm.RulePipeline, []byte(shippedRules(t)[crm.RulePipeline]))
	must(t, found.Err())
	seen := 0
	for _, stage := range set.Stages() {
		for _, c := range set.Asked(stage.Key) {
			e := r.conditionEditor(set, stage.Key, c.ID)
			if e == nil || e.Text {
				continue
			}
			f := values()
			for _, g := range e.Groups {
				for _, row := range g.Rows {
					f.values["f-"+row.At], f.values["o-"+row.At], f.values["v-"+row.At] = row.Field, row.Op, row.Value
				}
			}
			again, _ := r.readCondition(r.emptyEditor(crm.RulePipeline, stage.Key, c.ID), &f, set)
			shape, _ := rules.FormOf(c.Source)
			if want, _ := shape.Source(); again.Source != want || f.Failed() {
				t.Errorf("%s: %q became %q", c.ID, want, again.Source)
			}
			seen++
		}
	}
	if seen < 5 {
		t.Errorf("only %d conditions can be shown as rows", seen)
	}
}

// N7: the verdict of then is shown with the values of then, to those who may see the process, and the version beside it.
func TestVerdictOfThen(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	process := crm.ProcessID(crm.KindOpportunity, s.deal)
	s.exec(`insert into timeline (process, cause, seq, at, actor, code, data, rule_kind, rule_version) values ('` + process + `', 'then', 0, now(), 'system', 'opportunity.moved', '{"from": "configure", "to": "send"}', 'pipeline', 1)`)
	s.exec(`insert into verdict (cause, kind, process, at, version, key, result, clauses, facts) values ('then', 'pipeline', '` + process + `', now(), 1, 'send', 'allowed',
		'[{"id": "send.amount", "source": "deal.amount > 1000", "label": {}, "outcome": "met", "values": [{"field": "deal.amount", "now": "4321"}], "needs": "1000", "op": ">"}]', '{}')`)
	p, err := s.store.ProcessPage(t.Context(), store.Everything(), process)
	must(t, err)
	at := fmt.Sprintf("/verdicts/%d", p.Timeline[0].ID)
	d := s.browser("anna").open(at, http.StatusOK)
	d.want("li", "4,321")
	d.want("a", "Rule version 1")
	d.want("span", "allowed")
	s.browser("ben").open(at, http.StatusNotFound)
	s.browser("anna").open("/verdicts/99999999", http.StatusNotFound)
	s.browser("anna").open("/verdicts/x", http.StatusNotFound)
}

func withPlace(f url.Values, where string) url.Values {
	f.Set("where", where)
	return f
}

func shippedCases(t *testing.T) int {
	t.Helper()
	set, found := rules.Parse(crm.RulePipeline, []byte(shippedRules(t)[crm.RulePipeline]))
	must(t, found.Err())
	return len(set.Cases())
}
