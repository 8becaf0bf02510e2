package api

import (
	"fmt"
	"net/http"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// pnlWalk does random things to a project's entries.
type pnlWalk struct {
	s      *scene
	db     *pgx.Conn
	t      store.Target
	other  crm.ID // who approves
	phases []crm.ID

	project crm.ID
}

// by is the target of somebody else than who asks.
func (w pnlWalk) by() store.Target {
	t := w.t
	t.Actor = w.other
	return t
}

func (w pnlWalk) phase(t *rapid.T) crm.ID {
	return rapid.SampledFrom(append([]crm.ID{""}, w.phases...)).Draw(t, "phase")
}

func cents(t *rapid.T, name string) decimal.Decimal {
	return decimal.New(rapid.Int64Range(1, 50_000).Draw(t, name), -2)
}

// entry is any of the project's rows of a kind; empty: there is none.
func (w pnlWalk) entry(t *rapid.T, sql string) (id crm.ID) {
	ids := w.ids(sql)
	if len(ids) == 0 {
		return ""
	}
	return rapid.SampledFrom(ids).Draw(t, "entry")
}

func (w pnlWalk) ids(sql string) []crm.ID {
	rows, err := w.db.Query(w.s.t.Context(), sql, w.t.ID)
	must(w.s.t, err)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[crm.ID])
	must(w.s.t, err)
	return ids
}

const ofWalk = ` project_id = (select id from project where contract_id = $1) `

// step does one thing; what the product refuses changes nothing, which the comparison sees as well.
func (w pnlWalk) step(t *rapid.T) {
	ctx, st := w.s.t.Context(), w.s.store
	switch rapid.IntRange(0, 14).Draw(t, "what") {
	case 0:
		_, _ = st.AddTime(ctx, w.t, crm.TimeEntry{ID: store.NewID(), UserID: w.t.Actor, Hours: decimal.New(rapid.Int64Range(1, 2400).Draw(t, "hours"), -2), Rate: cents(t, "rate"), PhaseID: w.phase(t)})
	case 1:
		_, _ = st.CorrectTime(ctx, w.t, w.entry(t, `select id from time_entry where`+ofWalk+`order by id`), store.NewID(), "")
	case 2, 3:
		state := rapid.SampledFrom([]crm.CostState{crm.CostRequested, crm.CostCommitted, crm.CostActual}).Draw(t, "state")
		_, _ = st.AddCost(ctx, w.t, crm.CostEntry{ID: store.NewID(), Kind: crm.CostKind(rapid.SampledFrom(crm.CostKinds()).Draw(t, "kind")), State: state, Amount: cents(t, "amount"), Text: "x", PhaseID: w.phase(t)})
	case 4:
		_, _ = st.CorrectCost(ctx, w.t, w.entry(t, `select id from cost_entry where`+ofWalk+`order by id`), store.NewID(), "")
	case 7, 8:
		o := crm.PurchaseOrder{ID: store.NewID(), Supplier: "S", Kind: crm.CostKind(rapid.SampledFrom(crm.CostKinds()).Draw(t, "of")), PhaseID: w.phase(t)}
		_, _ = st.AddPurchaseOrder(ctx, w.t, o, []crm.PurchaseLine{{Text: "x", Quantity: cents(t, "quantity"), UnitPrice: cents(t, "price")}})
		if rapid.Bool().Draw(t, "approve") {
			_, _ = st.DecidePurchase(ctx, w.by(), o.ID, crm.PurchaseApproved, nil)
		}
	case 9:
		id := w.entry(t, `select id from purchase_order where`+ofWalk+`order by id`)
		_, _ = st.InvoicePurchase(ctx, w.t, crm.PurchaseInvoice{ID: store.NewID(), OrderID: id, Number: string(store.NewID()), Amount: cents(t, "billed")}, rapid.Bool().Draw(t, "last"))
	case 10:
		_, _ = st.EndPurchase(ctx, w.t, w.entry(t, `select id from purchase_order where`+ofWalk+`order by id`))
	case 11, 12:
		w.expense(t)
	case 13, 14:
		w.risk(t)
	case 5, 6:
		by := w.by()
		var amount decimal.NullDecimal
		if rapid.Bool().Draw(t, "invoiced") {
			amount = decimal.NewNullDecimal(cents(t, "invoice"))
		}
		_, _ = st.MoveCost(ctx, by, w.entry(t, `select id from cost_entry where`+ofWalk+`order by id`), rapid.SampledFrom([]crm.CostState{crm.CostCommitted, crm.CostActual, crm.CostRefused}).Draw(t, "to"), amount)
	}
}

// expense has one entered, handed in and decided, often more than once, or decides one that is there.
func (w pnlWalk) expense(t *rapid.T) {
	ctx, st := w.s.t.Context(), w.s.store
	own, by := w.t, w.by()
	own.ID = store.NewID()
	kind := crm.ExpenseKind(rapid.SampledFrom([]string{"mileage", "mileage", "meals", "material"}).Draw(t, "expense"))
	_, _ = st.AddExpense(ctx, own, crm.Expense{
		ID: own.ID, ProjectID: w.project, PhaseID: w.phase(t), OnDate: w.s.today(), Kind: kind, Amount: cents(t, "paid"), Currency: "EUR", Text: "x", Billable: rapid.Bool().Draw(t, "billable"),
	})
	if rapid.Bool().Draw(t, "receipt") {
		_, _ = st.KeepReceipt(ctx, own, store.DocumentFile{Name: "r.pdf", MediaType: "application/pdf", Bytes: []byte("%PDF")})
	}
	_, _ = st.SubmitExpense(ctx, own)
	by.ID = w.entry(t, `select id from expense where`+ofWalk+`order by id`)
	switch rapid.IntRange(0, 3).Draw(t, "decide") {
	case 0:
		_, _ = st.ReturnExpense(ctx, by, "again")
	case 1, 2:
		for range 2 {
			_, _ = st.ApproveExpense(ctx, by)
		}
	case 3:
		_, _ = st.EditExpense(ctx, own, func(x *crm.Expense) error { x.Amount = cents(t, "dearer"); return nil })
	}
}

// risk notes one, or changes one: none of it is a cost.
func (w pnlWalk) risk(t *rapid.T) {
	ctx, st := w.s.t.Context(), w.s.store
	_, _ = st.AddRisk(ctx, w.t, crm.Risk{ID: store.NewID(), Title: "x", Probability: decimal.NewFromInt(rapid.Int64Range(0, 100).Draw(t, "probability")), Impact: cents(t, "impact"), Response: crm.RiskReduce, PhaseID: w.phase(t)})
	_, _ = st.EditRisk(ctx, w.t, w.entry(t, `select id from project_risk where`+ofWalk+`order by id`), func(r *crm.Risk) error {
		r.State = rapid.SampledFrom(crm.RiskStates()).Draw(t, "state of risk")
		return nil
	})
}

// exposure adds up what is open of the register in the plainest way.
func (w pnlWalk) exposure() (sum decimal.Decimal) {
	must(w.s.t, w.db.QueryRow(w.s.t.Context(), `select coalesce(sum(round(probability * impact / 100, 2)), 0) from project_risk where state = 'open' and`+ofWalk, w.t.ID).Scan(&sum))
	return sum
}

// recomputed adds up every entry of the project in the plainest way: spent and ordered by phase.
func (w pnlWalk) recomputed() (spent, ordered map[crm.ID]decimal.Decimal) {
	spent, ordered = map[crm.ID]decimal.Decimal{}, map[crm.ID]decimal.Decimal{}
	rows, err := w.db.Query(w.s.t.Context(), `select phase_id, 'actual', round(hours * rate, 2) from time_entry where`+ofWalk+
		`union all select phase_id, state, amount from cost_entry where purchase_order_id is null and id not in (select id from expense) and`+ofWalk+
		`union all select phase_id, 'actual', amount from expense where state = 'approved' and`+ofWalk+
		`union all select o.phase_id, 'actual', i.amount from purchase_invoice i join purchase_order o on o.id = i.order_id where o.`+ofWalk[1:]+
		`union all select o.phase_id, 'committed', greatest(coalesce((select sum(round(quantity * unit_price, 2)) from purchase_line where order_id = o.id), 0)
			- coalesce((select sum(amount) from purchase_invoice where order_id = o.id), 0), 0) from purchase_order o where o.state = 'approved' and o.`+ofWalk[1:], w.t.ID)
	must(w.s.t, err)
	var phase crm.ID
	var state string
	var amount decimal.Decimal
	_, err = pgx.ForEachRow(rows, []any{&phase, &state, &amount}, func() error {
		switch crm.CostState(state) {
		case crm.CostActual:
			spent[phase] = spent[phase].Add(amount)
		case crm.CostCommitted:
			ordered[phase] = ordered[phase].Add(amount)
		}
		return nil
	})
	must(w.s.t, err)
	return spent, ordered
}

// S083, S084: after whatever was entered, spent, taken back, ordered, invoiced and approved, and whatever risk was noted or came about, the profit and loss is that of the entries, by phase and whole, for the page,
// the list of projects and the rules alike.
func TestPNLEqualsItsEntries(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	c, err := store.Contracts.Record(t.Context(), s.store, store.Everything(), s.contract)
	must(t, err)
	db, err := pgx.Connect(t.Context(), s.url)
	must(t, err)
	defer db.Close(t.Context())
	w := pnlWalk{s: s, db: db, t: store.Target{Scope: store.Everything(), Actor: s.anna.ID, ID: s.contract}, other: s.ben.ID}
	must(t, db.QueryRow(t.Context(), `select id from project where contract_id = $1`, s.contract).Scan(&w.project))
	for _, name := range []string{"Design", "Build"} {
		p, err := s.store.AddPhase(t.Context(), w.t, crm.ProjectPhase{ID: store.NewID(), Name: name, Budget: decimal.NewFromInt(20)})
		must(t, err)
		w.phases = append(w.phases, p.ID)
	}
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 5).Draw(rt, "steps") {
			w.step(rt)
		}
		spent, ordered := w.recomputed()
		p, err := s.store.ProjectPNL(t.Context(), c)
		must(t, err)
		sum, err := s.store.ProjectSummary(t.Context(), c)
		must(t, err)
		if !sum.Exposure.Equal(w.exposure()) || !p.Exposure.Equal(w.exposure()) {
			rt.Fatalf("the exposure is %s, the risks say %s", sum.Exposure, w.exposure())
		}
		actual, committed := decimal.Zero, decimal.Zero
		for _, row := range p.Phases {
			if !row.PNL.Actual.Equal(spent[row.PhaseID]) || !row.PNL.Committed.Equal(ordered[row.PhaseID]) {
				rt.Fatalf("%s: %s spent and %s ordered, the entries say %s and %s", row.Name, row.PNL.Actual, row.PNL.Committed, spent[row.PhaseID], ordered[row.PhaseID])
			}
			actual, committed = actual.Add(spent[row.PhaseID]), committed.Add(ordered[row.PhaseID])
		}
		want := crm.Pricing{Currency: crm.EUR, Rounding: crm.HalfUp}.PNL(p.Project.Revenue, p.Project.Budget, p.Project.ProgressPercent, crm.Spending{Time: actual, Committed: committed})
		parts, err := s.store.ProjectParts(t.Context(), c, crm.Date{})
		must(t, err)
		list, err := s.store.ProjectRows(t.Context(), store.Everything(), "", "", crm.Date{}, 10)
		must(t, err)
		for what, got := range map[string]crm.PNL{"the P&L": p.Whole, "the project": parts.PNL, "its summary": sum.PNL, "the list": list[0].PNL} {
			if fmt.Sprint(got) != fmt.Sprint(want) && (!got.Actual.Equal(want.Actual) || !got.Committed.Equal(want.Committed) || !got.Estimate.Equal(want.Estimate) || !got.MarginAtEnd.Equal(want.MarginAtEnd) || !got.MarginNow.Equal(want.MarginNow)) {
				rt.Fatalf("%s is %+v, the entries say %+v", what, got, want)
			}
		}
	})
	if n := ask[int](s, `select count(*)::int from expense where state = 'approved'`); n == 0 {
		t.Error("no expense was approved")
	}
	if n := ask[int](s, `select count(*)::int from project_risk where state <> 'open'`); n == 0 {
		t.Error("no risk came about")
	}
	s.do("project_manager", http.MethodGet, "/api/v1/contracts/"+string(s.contract)+"/project/pnl", "", http.StatusOK)
}
