package activities_test

import (
	"testing"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// S060, S080: a contract has the terms that were chosen on its order, and is billed by exactly the plan that was chosen for it, by rate and to the cent: by a
// template with a milestone and periods, by a plan of its own, and as the quote says where nobody chose.
func TestContractOfChosenTerms(t *testing.T) {
	t.Parallel()
	h := newHouse(t, oneLevel, 3)
	h.exec(`update quote_line set unit_price = 999.98, net = 999.98, tax_percent = 22;
		insert into quote_line (id, quote_id, position, name, quantity, unit_price, tax_percent, unit_cost, net) select gen_random_uuid(), id, 2, 'Manual', 1, 0.05, 10, 0, 0.05 from quote;
		update quote set net = 1000.03, tax = 220.01, total = 1220.04, list_total = 1000.03;
		update sales_order set net = 1000.03, tax = 220.01, total = 1220.04; update opportunity set amount = 1000.03`)
	percent := func(n int64) decimal.Decimal { return decimal.NewFromInt(n) }
	_, err := h.EditTrancheTemplates(t.Context(), store.Target{Actor: h.people["fritz"]}, func(all *[]crm.TrancheTemplate) error {
		*all = append(*all, crm.TrancheTemplate{ID: store.NewID(), Name: "Kit and care", Plan: []crm.PlanPart{
			{Kind: crm.TrancheDeposit, Percent: percent(20)},
			{Kind: crm.TrancheProgress, Percent: percent(30), Milestone: "Installed"},
			{Kind: crm.TranchePeriod, Percent: percent(50), Every: crm.EveryQuarter, Periods: 3},
		}})
		return nil
	})
	h.fine(err)
	template := crm.ID(ask[string](h.desk, `select id::text from tranche_template where name = 'Kit and care'`))
	chosen := crm.Terms{StartDate: crm.NewDate(2027, 1, 31), Months: 9, Renewal: crm.RenewalAutomatic, RenewalMonths: 6, NoticeDays: 30, Text: "Spare parts are kept here."}
	own := crm.DefaultTerms()
	own.StartDate, own.Plan = crm.NewDate(2027, 1, 31), []crm.PlanPart{{Kind: crm.TrancheDeposit, Percent: percent(33)}, {Kind: crm.TrancheProgress, Percent: percent(33), OpensAt: percent(40)}, {Kind: crm.TrancheBalance, Percent: percent(34)}}
	own.Billing, own.HourPrice, own.SignOff = crm.EarnHours, decimal.NewFromInt(95), crm.SignBoth
	for n, ch := range map[int]store.OrderChange{0: {Terms: &chosen, Template: template}, 1: {Terms: &own}} {
		_, err := h.EditOrder(t.Context(), store.Target{Scope: store.Everything(), Actor: h.people["anna"], ID: h.orders[n]}, ch)
		h.fine(err)
	}
	for n, want := range []struct{ terms, plan string }{
		{"2027-01-31 2027-10-31 automatic 6 30 Spare parts are kept here.", "deposit 200.01 20.0000 billable; progress 300.00 30.0000 planned Installed; period 166.67 16.6666 planned 2027-01-31/2027-04-29; period 166.67 16.6667 planned 2027-04-30/2027-07-30; period 166.68 16.6667 planned 2027-07-31/2027-10-30"},
		{"2027-01-31 2028-01-31 deal 12 60 ", "deposit 330.00 33.0000 billable; progress 330.02 33.0000 planned 40.00; balance 340.01 34.0000 planned 100.00"},
		{"", "balance 1000.03 100.0000 planned 100.00"},
	} {
		h.validate(n)
		h.must(h.approve(n, "dora"))
		if got := ask[string](h.desk, `select start_date || ' ' || end_date || ' ' || renewal || ' ' || renewal_months || ' ' || notice_days || ' ' || terms from contract where order_id = $1`, h.orders[n]); want.terms != "" && got != want.terms {
			t.Errorf("order %d: terms %q", n, got)
		}
		if got := ask[string](h.desk, `select string_agg(concat_ws(' ', t.kind, t.net, t.percent, t.state, nullif(t.milestone, ''), t.period_start || '/' || t.period_end,
			case when t.kind in ('progress', 'balance') and t.milestone = '' then t.opens_at_percent::text end), '; ' order by t.position) from tranche t join contract c on c.id = t.contract_id where c.order_id = $1`, h.orders[n]); got != want.plan {
			t.Errorf("order %d: billed by\n%s\nnot\n%s", n, got, want.plan)
		}
	}
	if bad := ask[string](h.desk, `select coalesce(string_agg(c.number, ' '), '') from contract c where (c.net, c.tax, c.total) <> (select sum(p.net), sum(p.tax), sum(p.net + p.tax) from tranche_part p join tranche t on t.id = p.tranche_id where t.contract_id = c.id)
		or (select sum(p.net) from tranche_part p join tranche t on t.id = p.tranche_id where t.contract_id = c.id and p.tax_percent = 10) <> 0.05`); bad != "" {
		t.Errorf("not to the cent: %s", bad)
	}
	if got := ask[string](h.desk, `select string_agg(concat_ws(' ', p.billing, p.hour_price::int, p.sign_off), ', ' order by p.billing) from project p`); got != "hours 95 both, plan 0 none, plan 0 none" {
		t.Errorf("the projects: %s", got)
	}
	wrong := crm.DefaultTerms()
	wrong.Billing, wrong.SignOff, wrong.HourPrice = "gold", "blood", percent(-1)
	if err := wrong.Check(); err == nil || err.Error() != "/billing: unknown_value got=gold; /sign_off: unknown_value got=blood; /hour_price: out_of_range max=1000000000 min=0" {
		t.Errorf("terms of nonsense: %v", err)
	}
	if got := ask[string](h.desk, `select m.name || ' ' || (m.id = t.milestone_id) from milestone m join project p on p.id = m.project_id join contract c on c.id = p.contract_id join tranche t on t.contract_id = c.id and t.milestone <> '' where c.order_id = $1`, h.orders[0]); got != "Installed true" {
		t.Errorf("the milestone is %q", got)
	}
}
