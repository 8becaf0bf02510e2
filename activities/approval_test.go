package activities_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
	"leadtocash/testkit"
)

// house is a desk whose orders are approved: anna sells, dora and eva manage, fritz leads, gina keeps the money.
type house struct {
	*desk
	orders, deals []crm.ID
}

func newHouse(t *testing.T, approval string, orders int) *house {
	t.Helper()
	h := &house{desk: newDesk(t)}
	for name, role := range map[string]crm.Role{"eva": crm.RoleSalesManager, "fritz": crm.RoleAdmin, "gina": crm.RoleFinance} {
		u, err := h.CreateUser(t.Context(), crm.User{Name: name, Email: name + "@example.com", Language: "en", Roles: []crm.Role{role}}, "a long password")
		h.fine(err)
		h.people[name] = u.ID
	}
	h.exec(`update app_user set approval_limit = 100000 where name in ('dora', 'eva', 'fritz')`)
	_, err := h.ActivateRules(t.Context(), map[crm.RuleKind]string{
		crm.RuleApproval: approval, crm.RuleOrder: "order:\n  checks:\n    - order.tranches >= 0\n",
		crm.RulePipeline: string(pipelineSource(t)),
	}, "shipped", "")
	h.fine(err)
	account := store.NewID()
	h.exec(`insert into account (id, name, country, language, owner_id, created_at) values ($1, 'Bianchi', 'IT', 'it', $2, now())`, account, h.people["anna"])
	placed, deals := testkit.Orders(t, h.c, string(account), string(h.people["anna"]), orders)
	for i := range placed {
		h.orders, h.deals = append(h.orders, crm.ID(placed[i])), append(h.deals, crm.ID(deals[i]))
	}
	return h
}

// on carries a command on the n-th deal out.
func (h *house) on(n int, kind, actor string, fields any) crm.Answer {
	h.t.Helper()
	h.n++
	return h.sent(fmt.Sprint("test/", h.n), n, kind, string(h.people[actor]), fields)
}

func (h *house) sent(id string, n int, kind, actor string, fields any) crm.Answer {
	h.t.Helper()
	raw, err := json.Marshal(fields)
	h.fine(err)
	c := crm.Command{ID: id, Kind: kind, Process: crm.ProcessID(crm.KindOpportunity, h.deals[n]), Actor: actor, Fields: raw}
	_, _, err = h.Accept(h.t.Context(), c)
	h.fine(err)
	return h.apply(c.ID, c.Process)
}

func (h *house) must(a crm.Answer) crm.Answer {
	h.t.Helper()
	if !a.OK() {
		h.t.Fatalf("%+v", a)
	}
	return a
}

func (h *house) refused(a crm.Answer, code string) crm.Answer {
	h.t.Helper()
	if a.Code != code {
		h.t.Fatalf("%+v, not %s", a, code)
	}
	return a
}

func (h *house) validate(n int) crm.Answer {
	h.t.Helper()
	return h.must(h.on(n, crm.OrderValidate, "gina", crm.OrderDecision{OrderID: h.orders[n]}))
}

func (h *house) approve(n int, actor string) crm.Answer {
	h.t.Helper()
	return h.on(n, crm.OrderApprove, actor, crm.OrderDecision{OrderID: h.orders[n]})
}

func (h *house) follow() {
	h.t.Helper()
	_, err := h.steps.FollowApprovals(h.t.Context())
	h.fine(err)
}

// courier carries out what the pass left.
func (h *house) courier() {
	h.t.Helper()
	for _, id := range strings.Fields(ask[string](h.desk, `select coalesce(string_agg(id, ' '), '') from command where answer is null`)) {
		h.apply(id, ask[string](h.desk, `select process from command where id = $1`, id))
	}
}

func (h *house) state(n int) string {
	h.t.Helper()
	return ask[string](h.desk, `select state from sales_order where id = $1`, h.orders[n])
}

func (h *house) told(n int, code string) int {
	h.t.Helper()
	return ask[int](h.desk, `select count(*)::int from timeline where process = 'opportunity-' || $1::text and code = $2`, h.deals[n], code)
}

func (h *house) standsIn(from, to string, first, last int) {
	h.t.Helper()
	today := ask[crm.Date](h.desk, `select (now() + make_interval(secs => (select shift_seconds from business_clock)))::date`)
	h.fine(h.AddDelegation(h.t.Context(), store.Everything(), h.people["fritz"], crm.Delegation{ID: store.NewID(), FromID: h.people[from], ToID: h.people[to], FirstDay: today.AddDays(first), LastDay: today.AddDays(last)}))
}

const oneLevel = "approval:\n  levels:\n    - {key: manager, name: Manager, role: sales_manager}\n"

// R5: of all managers who decide at once each order has one decision, and each of the others is told who decided and when. R4: however often the same and other
// commands are posted, there is one effect. ORDERS=500 MANAGERS=8 POSTS=200 does it in full size.
func TestManagersDecideAtOnce(t *testing.T) {
	t.Parallel()
	size := func(name string, n int) int {
		if v := os.Getenv(name); v != "" {
			_, err := fmt.Sscan(v, &n)
			if err != nil {
				t.Fatal(err)
			}
		}
		return n
	}
	orders, managers, posts := size("ORDERS", 12), size("MANAGERS", 8), size("POSTS", 20)
	h := newHouse(t, oneLevel, orders+2)
	var names []string
	for i := range managers {
		name := fmt.Sprint("manager", i)
		u, err := h.CreateUser(t.Context(), crm.User{Name: name, Email: name + "@example.com", Language: "en", Roles: []crm.Role{crm.RoleSalesManager}}, "a long password")
		h.fine(err)
		h.people[name], names = u.ID, append(names, name)
	}
	h.exec(`update app_user set approval_limit = 100000 where name like 'manager%'`)
	for n := range orders + 2 {
		h.validate(n)
	}
	var mu sync.Mutex
	var all sync.WaitGroup
	won, told := map[int]int{}, 0
	at := func(id string, n int, actor crm.ID, count func(crm.Answer)) {
		all.Go(func() {
			a := h.sent(id, n, crm.OrderApprove, string(actor), crm.OrderDecision{OrderID: h.orders[n]})
			mu.Lock()
			defer mu.Unlock()
			count(a)
		})
	}
	for n := range orders {
		for _, name := range names {
			at(fmt.Sprint("race/", n, name), n, h.people[name], func(a crm.Answer) {
				switch {
				case a.OK():
					won[n]++
				case a.Code == "already_decided" && a.Params["decision"] == "approved" && a.Params["by"] != "" && a.Params["at"] != "":
					told++
				default:
					t.Errorf("%+v", a)
				}
			})
		}
		if n%8 == 7 {
			all.Wait()
		}
	}
	all.Wait()
	if len(won) != orders || told != orders*(managers-1) {
		t.Errorf("%d orders were decided, %d were told who did", len(won), told)
	}
	same, other := map[string]int{}, 0
	for i := range posts {
		at("the-same-key", orders, h.people["dora"], func(a crm.Answer) { same[a.Code+a.Params["contract"]]++ })
		at(fmt.Sprint("another-key/", i), orders+1, h.people["dora"], func(a crm.Answer) {
			if a.OK() {
				other++
			}
		})
		if i%8 == 7 {
			all.Wait()
		}
	}
	all.Wait()
	if len(same) != 1 || other != 1 {
		t.Errorf("the same key gave %v, other keys %d effects", same, other)
	}
	if got := ask[string](h.desk, `select (select count(*) from contract) || ' ' || (select count(*) from effect where channel = 'erp') || ' ' || (select count(*) from approval where state = 'approved')`); got != fmt.Sprintf("%d %[1]d %[1]d", orders+2) {
		t.Error("contracts, ERP orders, decisions:", got)
	}
}

// S079: a route with everything: the team's lead and two of finance at once, then everybody of a role; votes, stand-ins, and who is told what.
func TestRouteOfManyPeople(t *testing.T) {
	t.Parallel()
	h := newHouse(t, `approval:
  levels:
    - {key: lead, name: Lead, role: sales_manager, team_lead: true}
    - {key: money, name: Money, role: finance, need: 2, parallel: true}
    - {key: board, name: Board, role: admin, need: all}
`, 2)
	team, err := h.CreateTeam(t.Context(), store.Team{Name: "North"})
	h.fine(err)
	h.exec(`update app_user set team_id = $1 where name in ('anna', 'eva')`, team.ID)
	h.exec(`update app_user set roles = '{finance}' where name = 'bruno'`)
	h.validate(0)
	h.refused(h.approve(0, "anna"), "self_approval")
	h.refused(h.approve(0, "dora"), "forbidden") // she leads another team
	h.refused(h.approve(0, "fritz"), "forbidden")
	if a := h.must(h.approve(0, "gina")); a.Params["waiting"] != "others" {
		t.Errorf("%+v", a)
	}
	if a := h.refused(h.approve(0, "gina"), "already_decided"); a.Params["by"] != string(h.people["gina"]) {
		t.Errorf("%+v", a)
	}
	h.must(h.approve(0, "eva"))
	if a := h.refused(h.approve(0, "eva"), "already_decided"); a.Params["by"] != string(h.people["eva"]) {
		t.Errorf("%+v", a)
	}
	h.standsIn("bruno", "carla", 0, 1)
	h.standsIn("carla", "dora", 0, 0)
	h.standsIn("dora", "bruno", 0, 5) // a circle
	h.must(h.approve(0, "dora"))      // for carla, who stands in for bruno
	if got := ask[string](h.desk, `select u.name from approval_vote v join app_user u on u.id = v.on_behalf_of`); got != "bruno" {
		t.Error("in the place of", got)
	}
	h.standsIn("fritz", "anna", 0, 0) // who asked for it gets no right
	h.refused(h.approve(0, "anna"), "self_approval")
	if a := h.must(h.approve(0, "fritz")); a.Params["contract"] == "" || h.state(0) != "approved" {
		t.Errorf("%+v", a)
	}
	if h.told(0, "order.voted") != 1 || h.told(0, "order.approved") != 3 {
		t.Error("told:", h.told(0, "order.voted"), h.told(0, "order.approved"))
	}
	h.validate(1)
	h.must(h.on(1, crm.OrderReject, "gina", crm.ReasonFields{ID: h.orders[1], Reason: "Too dear"})) // one no is enough
	if got := ask[string](h.desk, `select o.state || ' ' || o.stage || ' ' || q.state || ' ' || r.state from opportunity o join quote q on q.opportunity_id = o.id join sales_order r on r.opportunity_id = o.id where o.id = $1`, h.deals[1]); got != "open negotiate superseded rejected" {
		t.Error("decision 7:", got)
	}
}

// S079, N6: deadlines run in working hours, stand still while a question is open, and escalate once; people are found anew when somebody is away; who waits is
// written to once.
func TestApprovalTime(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "approval:\n  levels:\n    - {key: manager, name: Manager, role: sales_manager, within: 4, escalate: admin}\n", 3)
	h.at("2027-03-05 16:00") // a Friday
	for n := range 3 {
		h.validate(n)
	}
	h.follow()
	if n := ask[int](h.desk, `select count(*)::int from effect where channel = 'mail'`); n != 0 {
		t.Error("who decides at once was written to")
	}
	h.at("2027-03-05 16:01")
	h.follow()
	h.follow()
	if got := ask[string](h.desk, `select string_agg(distinct to_char(due_at at time zone 'Europe/Rome', 'DD HH24'), ',') from approval_turn`); got != "08 11" {
		t.Error("due", got) // two hours on Friday, two on Monday
	}
	if got := ask[string](h.desk, `select count(*) || ' ' || string_agg(distinct payload->>'template', ',') from effect where channel = 'mail'`); got != "6 approval_waits" {
		t.Error("mails:", got)
	}
	h.at("2027-03-05 17:00")
	q := h.must(h.on(0, crm.OrderAsk, "dora", crm.OrderAskFields{OrderID: h.orders[0], Question: "Why?"})).Params["question"]
	h.refused(h.on(0, crm.OrderAnswer, "gina", crm.OrderAnswerFields{OrderID: h.orders[0], QuestionID: crm.ID(q), Answer: "x"}), "forbidden")
	h.at("2027-03-08 11:01")
	h.must(h.approve(2, "dora"))
	h.follow()
	h.courier()
	h.follow()
	if h.told(0, "order.escalated") != 0 || h.told(1, "order.escalated") != 1 || h.told(2, "order.escalated") != 0 {
		t.Error("escalated:", h.told(0, "order.escalated"), h.told(1, "order.escalated"), h.told(2, "order.escalated"))
	}
	if got := ask[string](h.desk, `select string_agg(payload->>'name', ',') from effect where key like 'mail/approval_escalated%'`); got != "fritz" {
		t.Error("escalated to", got)
	}
	h.must(h.on(0, crm.OrderAnswer, "anna", crm.OrderAnswerFields{OrderID: h.orders[0], QuestionID: crm.ID(q), Answer: "Their third order"}))
	h.refused(h.on(0, crm.OrderAnswer, "anna", crm.OrderAnswerFields{OrderID: h.orders[0], QuestionID: crm.ID(q), Answer: "again"}), "already_decided")
	if got := ask[string](h.desk, `select to_char(due_at at time zone 'Europe/Rome' + interval '30 s', 'DD HH24:MI') from approval_turn where order_id = $1`, h.orders[0]); got != "08 15:01" {
		t.Error("three hours were left, now due", got) // 11:01 + 1:59 until lunch + 1:01 after it
	}
	h.must(h.approve(1, "fritz"))
	today := ask[crm.Date](h.desk, `select date '2027-03-08'`)
	for _, name := range []string{"dora", "eva"} {
		h.fine(h.AddAbsence(t.Context(), store.Everything(), h.people["fritz"], crm.Absence{ID: store.NewID(), UserID: h.people[name], FirstDay: today, LastDay: today}))
	}
	h.follow()
	h.follow()
	if got := ask[string](h.desk, `select string_agg(u.name, ',' order by u.name) from approval_person p join app_user u on u.id = p.user_id where not p.away`); got != "fritz" || h.told(0, "order.nobody_left") != 1 {
		t.Error("asked when all managers are away:", got, h.told(0, "order.nobody_left"))
	}
	duties, err := h.Duties(t.Context(), store.DutyScopes{User: crm.User{ID: h.people["fritz"], Roles: []crm.Role{crm.RoleAdmin}, Active: true}, Approve: store.Everything()}, time.Now(), today)
	h.fine(err)
	if len(duties) != 1 || duties[0].Kind != "approve" {
		t.Errorf("his day: %+v", duties)
	}
	h.must(h.approve(0, "fritz"))
	h.follow()
	if n := ask[int](h.desk, `select count(*)::int from approval_person`); n != 0 {
		t.Error("people of decided orders are kept:", n)
	}
}

// N8: what was approved counts again where nothing became worse, clause by clause; what became worse says so. An order that is all approved already is not asked again.
func TestOnlyWorseIsAskedAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t, `approval:
  levels:
    - {key: manager, name: Manager, role: sales_manager}
    - {key: terms, name: Terms, role: finance, when: order.payment_days > 20}
    - {key: board, name: Board, role: admin, when: order.payment_days > 10}
`, 1)
	h.exec(`update app_user set approval_limit = 100000`)
	recall := func() {
		h.must(h.on(0, crm.OrderRecall, "anna", crm.ReasonFields{ID: h.orders[0], Reason: "Other terms"}))
	}
	days := func(n int) { h.exec(`update sales_order set payment_days = $2 where id = $1`, h.orders[0], n) }
	route := func() string {
		return ask[string](h.desk, `select string_agg(key || ':' || state || case when carried_from is not null then '!' else '' end || coalesce((select string_agg(w->>'field' || ' ' || (w->>'before') || '>' || (w->>'after'), ',') from jsonb_array_elements(worse) w), ''), ' ' order by position)
			from approval where order_id = $1 and round = (select max(round) from approval where order_id = $1)`, h.orders[0])
	}
	h.validate(0)
	h.refused(h.on(0, crm.OrderRecall, "dora", crm.ReasonFields{ID: h.orders[0], Reason: "x"}), "forbidden")
	h.must(h.approve(0, "dora"))
	h.must(h.approve(0, "gina"))
	recall()
	if h.state(0) != "validate" {
		t.Fatal(h.state(0))
	}
	h.validate(0)
	if got := route(); got != "manager:approved! terms:approved! board:waiting" {
		t.Error("nothing changed:", got)
	}
	recall()
	days(40)
	h.validate(0)
	if got := route(); got != "manager:waitingorder.payment_days 30>40 terms:waitingorder.payment_days 30>40 board:waiting" {
		t.Error("worse:", got)
	}
	h.must(h.approve(0, "eva"))
	h.refused(h.approve(0, "fritz"), "forbidden")
	recall()
	days(25)
	h.validate(0)
	if got := route(); got != "manager:approved! terms:approved! board:waiting" {
		t.Error("better than what was approved:", got)
	}
	recall()
	days(5)
	h.validate(0)
	if got := route(); got != "manager:approved!" || h.state(0) != "approved" {
		t.Error("nobody is left to be asked:", got, h.state(0))
	}
}

// S079: a decision can be taken back as long as nothing followed from it; then it cannot.
func TestDecisionTakenBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t, oneLevel, 2)
	_, err := h.EditApprovalPolicy(t.Context(), store.Target{Actor: h.people["fritz"]}, store.ApprovalPolicy{UndoSeconds: 300})
	h.fine(err)
	h.at("2027-03-05 16:00")
	h.validate(0)
	h.validate(1)
	if a := h.must(h.approve(0, "dora")); a.Params["effective_at"] == "" || h.state(0) != "approve" {
		t.Errorf("%+v", a)
	}
	h.refused(h.approve(0, "eva"), "already_decided")
	h.refused(h.on(0, crm.OrderUndo, "eva", crm.ReasonFields{ID: h.orders[0]}), "forbidden")
	h.must(h.on(0, crm.OrderUndo, "dora", crm.ReasonFields{ID: h.orders[0]}))
	h.must(h.approve(0, "eva"))
	h.must(h.on(1, crm.OrderReject, "dora", crm.ReasonFields{ID: h.orders[1], Reason: "No"}))
	if n := ask[int](h.desk, `select (select count(*) from contract)::int + (select count(*) from effect)::int + (select count(*) from opportunity where state = 'open')::int`); n != 0 {
		t.Error("something followed at once")
	}
	h.at("2027-03-05 16:06")
	for n := range 2 {
		_, err := h.steps.CatchUp(t.Context(), crm.ProcessID(crm.KindOpportunity, h.deals[n]), time.Now())
		h.fine(err)
	}
	if got := h.state(0) + " " + h.state(1) + " " + ask[string](h.desk, `select u.name from sales_order r join app_user u on u.id::text = r.decided_by where r.id = $1`, h.orders[0]); got != "approved rejected eva" {
		t.Error("then:", got)
	}
	h.refused(h.on(0, crm.OrderUndo, "eva", crm.ReasonFields{ID: h.orders[0]}), "decision_final")
	if n := ask[int](h.desk, `select count(*)::int from contract`); n != 1 {
		t.Error(n, "contracts")
	}
}
