package browser

import (
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// N1-N3, N9: as sales ops in the browser, a condition is added as a form, its two cases and the blocked deals are seen, and it is activated for
// running deals; then a salesperson is refused, fills the field in the panel and moves the deal. Both together take at most 10 clicks.
func TestSalesOpsChangesAGate(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	d := s.configured("Verdi SpA", 2)
	at, err := s.store.RunningAt(t.Context(), crm.RulePipeline)
	must(t, err)
	running := at[1]
	clicks := 0
	press := func(b *tab, role, name string) {
		b.t.Helper()
		clicks++
		b.next(func() { b.click(role, name) })
	}
	ops := s.login("ops")
	ops.open("/rules?kind=pipeline")
	press(ops, "button", "bench.new_draft")
	press(ops, "link", s.say("bench.add_to", "Place", "Quote sent"))
	ops.fill("rules.field", s.texts.For("en").FieldName("customer.address"))
	ops.fill("bench.operator", s.say("bench.op.filled"))
	press(ops, "button", "bench.save_condition")
	ops.see("Customer’s address: met", "Customer’s address: not met", "bench.ready")
	press(ops, "button", "bench.try")
	ops.see("Verdi SpA")
	press(ops, "link", "bench.activate_next")
	ops.fill("rules.comment", "Parcels came back")
	clicks++
	ops.click("field", s.texts.For("en").N("bench.all_running", running))
	press(ops, "button", "bench.do_activate")
	ops.see(s.say("bench.to_version", "Version", 2))
	s.eventually("the deal follows version 2", func() bool {
		p, err := s.store.RunningAt(t.Context(), crm.RulePipeline)
		return err == nil && p[2] > 0 && p[1] == 0
	})
	seller := s.login("sales")
	seller.open("/opportunities/" + string(d.id))
	seller.see(s.texts.For("en").FieldName("customer.address"))
	press(seller, "button", "gate.save_and_move") // as it is
	seller.see("can’t move to")
	seller.fill(s.texts.For("en").FieldName("customer.address"), "Via Roma 1, Milano")
	press(seller, "button", "gate.save_and_move")
	seller.see("said.deal_moved")
	if t.Logf("%d clicks", clicks); clicks > 10 {
		t.Errorf("%d clicks", clicks)
	}
	if !strings.HasPrefix(seller.path(), "/opportunities/") {
		t.Errorf("at %s", seller.path())
	}
}

// TestEveryPageOfTheWorkbench draws the pages of the workbench at four widths and in two colour schemes, as TestEveryPage does for the others.
func TestEveryPageOfTheWorkbench(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.configured("Verdi SpA", 2)
	s.configured("Nowak Sp. z o.o.", 1)
	b := s.login("ops")
	p := &sweep{tab: b}
	b.open("/rules?kind=pipeline")
	b.send("bench.new_draft")
	at := b.path()
	p.inspect("workbench-draft")
	p.open(at + "?where=send&edit=")
	p.inspect("workbench-condition")
	b.fill("rules.field", s.texts.For("en").FieldName("customer.address"))
	b.send("bench.save_condition")
	p.inspect("workbench-draft-changed")
	p.open(at + "?stage=edit&where=timing")
	p.inspect("workbench-stage")
	p.open(at + "?stage=new&pipeline=repeat")
	p.inspect("workbench-stage-new")
	p.open(at + "?settings=repeat")
	p.inspect("workbench-pipeline")
	p.open(at + "?where=timing&edit=reach")
	p.inspect("workbench-condition-groups")
	p.open(at + "?view=text")
	p.unfolded("workbench-text")
	p.open(at + "?view=cases")
	p.inspect("workbench-cases")
	b.send("bench.try")
	p.inspect("workbench-report")
	p.open(at + "/activate")
	p.inspect("workbench-activate")
	b.fill("rules.comment", "Parcels came back")
	b.click("field", s.texts.For("en").T("bench.only_new"))
	b.send("bench.do_activate")
	p.open("/rules/pipeline/versions/2")
	p.unfolded("workbench-version")
	b.send("bench.new_draft")
	p.open("/rules/drafts/" + string(s.behind("send", "address")) + "/rebase")
	p.inspect("workbench-rebase")
	b.open("/rules?kind=dunning")
	b.send("bench.new_draft")
	p.inspect("workbench-dunning")
	b.open("/rules?kind=approval")
	b.send("bench.new_draft")
	p.unfolded("workbench-route")
	b.open("/rules?kind=pricing")
	b.send("bench.new_draft")
	b.send("bench.try")
	p.inspect("workbench-report-prices")
	p.open("/rules?kind=pipeline")
	p.inspect("workbench-rules")
	p.open(b.path())
	b.open("/rules/pipeline/versions/1")
	b.send("bench.restore")
	b.follow("bench.activate_next")
	b.fill("rules.comment", "Back")
	b.click("field", s.texts.For("en").N("bench.all_running", 2))
	b.send("bench.do_activate")
	p.inspect("workbench-migration")
	sent := s.sent("Dupont SARL", 1)
	b.open("/opportunities/" + string(sent.id) + "?tab=timeline")
	b.follow(s.texts.For("en").T("timeline.rule", "n", 3))
	p.inspect("workbench-verdict")
}

// behind is a draft begun on the first version that has another condition under an id which the active version has too.
func (s *scene) behind(where, id string) crm.ID {
	s.t.Helper()
	source, err := s.store.RuleSource(s.t.Context(), crm.RulePipeline, 1)
	must(s.t, err)
	text, problems := rules.PutCondition(crm.RulePipeline, []byte(source), where, rules.Condition{ID: id, Source: "len(customer.address) > 5"})
	must(s.t, problems.Err())
	d, err := s.store.BeginRuleDraft(s.t.Context(), store.RuleDraft{ID: store.NewID(), Kind: crm.RulePipeline, Source: string(text), Author: string(person("ops"))})
	must(s.t, err)
	d.Base = 1
	_, err = s.store.SaveRuleDraft(s.t.Context(), d)
	must(s.t, err)
	return d.ID
}

// Without a mouse: a draft, a condition, its trial and its activation; and the text, which suggests names, is checked while it is typed, and
// is led to where a mistake is.
func TestWorkbenchByKeyboard(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.configured("Verdi SpA", 1)
	b := s.login("ops")
	b.open("/rules?kind=pipeline")
	b.tabTo("bench.new_draft")
	b.next(func() { b.keys(kb.Enter) })
	at := b.path()
	b.tabTo(s.say("bench.add_to", "Place", "Quote sent"))
	b.next(func() { b.keys(kb.Enter) })
	b.keys(s.texts.For("en").FieldName("customer.address")) // the field has the focus
	b.next(func() { b.press("s", chromedp.KeyModifiers(kb.ModifierCtrl)) })
	b.see("said.draft_saved", "Customer’s address: not met", "bench.ready")
	b.next(func() { b.press("s", chromedp.KeyModifiers(kb.ModifierCtrl)) })
	b.see("bench.report", "Verdi SpA")

	b.open(at + "?view=text")
	b.until("the text", "document.querySelector('textarea[data-check]') !== null")
	_, err := value[bool](b, `(t => { const i = t.value.indexOf("filled(customer.vat)") + 7; t.focus(); t.setSelectionRange(i, i + 12); return true })(document.querySelector("textarea[data-check]"))`)
	must(t, err)
	b.keys("customer.cl")
	b.see("customer.class")
	b.keys(kb.Tab)
	b.until("the name is taken", `document.querySelector("textarea[data-check]").value.includes("filled(customer.class)")`)
	b.keys("ss")
	b.see("bench.has_problems", "did you mean class?")
	b.until("the line says what is wrong with it", `(p => /line \d+, column \d+/.test(p.textContent) && p.textContent.includes("did you mean class?"))(document.querySelector("[data-place]"))`)
	_, err = value[bool](b, `document.querySelector("#findings a[data-line]").click(), true`)
	must(t, err)
	b.until("the mistake is marked", `(t => document.activeElement === t && t.value.slice(t.selectionStart, t.selectionEnd).includes("classss"))(document.querySelector("textarea[data-check]"))`)
	kept, err := s.store.RuleDraft(t.Context(), crm.ID(strings.TrimPrefix(at, "/rules/drafts/")))
	must(t, err)
	if strings.Contains(kept.Source, "customer.class") {
		t.Error("typing saved the draft")
	}
}
