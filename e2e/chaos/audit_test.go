package chaos

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"leadtocash/testkit"
	"leadtocash/workflows"

	"github.com/jackc/pgx/v5"
)

// tampering breaks one invariant each behind the product's back, on the journey of the address $1; beside it, what the audit has to say.
var tampering = []struct{ finding, sql string }{
	{"invariant 1 tranches", `update tranche set total = total + 1 where position = 1 and contract_id = (select id from hers)`},
	{"invariant 1 contract =", `update contract_version set terms = jsonb_set(terms, '{total}', '"1"') where number = 2`},
	{"invariant 1 versions", `delete from contract_version where number = 1`},
	{"invariant 1 plans", `update tranche_template set plan = plan - 0 where jsonb_array_length(plan) > 1`},
	{"invariant 10 amendments", `update amendment_station t set decided_by = a.requested_by from contract_amendment a where a.id = t.amendment_id`},
	{"invariant 10 what is in force", `update contract_signature set version = 1`},
	{"invariant 3 paid", `update receivable set open = 5 where invoice_id = (select id from bill where n = 1)`},
	{"invariant 3 split", `update invoice set split_payment = true where id = (select id from bill where n = 1)`},
	{"invariant 3 deposits", `insert into ledger (account_id, kind, amount, on_date, at) select account_id, 'deposit', -1, current_date, now() from hers`},
	{"invariant 4 a payment", `insert into payment select gen_random_uuid(), account_id, 'twice', amount, currency, received_on, recorded_by, at from payment limit 1`},
	{"invariant 5: the chain", `update invoice set net = net + 1, tax = tax - 1 where id = (select id from bill where n = 2)`},
	{"invariant 6 won amount", `update opportunity set amount = amount + 1 where id = (select opportunity_id from hers)`},
	{"invariant 7: lead-", `update process set closed = false where record_id = (select l.id from lead l where l.email = 'buyer-0@chaos.example')`},
	{"invariant 8 stage", `update stage_interval set actor = '' where opportunity_id = (select opportunity_id from hers)`},
	{"invariant 9: pipeline configure", `update verdict set facts = jsonb_set(facts, '{deal,budget}', 'false') where key = 'configure' and result = 'allowed'`},
	{"invariant 9 a gated", `delete from verdict where key = 'timing'`},
	{"invariant 9 what is handed", `insert into timeline (process, cause, seq, at, actor, code, data) select process, cause || '/handed', 0, at, actor, 'handoff.sent', data from timeline where code = 'quote.sent' limit 1`},
	{"invariant 9 handed off", `update opportunity set handed_off = true where id = (select opportunity_id from hers)`},
	{"invariant 9 an exception", `update rule_exception set used_by = 'nobody'`},
	{"invariant 9 only an exception", `select`},
	{"invariant 10 approver", `update approval a set decided_by = o.requested_by::uuid from sales_order o where o.id = a.order_id and o.id = (select order_id from hers)`},
	{"invariant 11 contract", `update sales_order set state = 'rejected' where id = (select order_id from hers)`},
	{"invariant 12 one accepted", `update quote set state = 'sent' where opportunity_id = (select opportunity_id from hers)`},
	{"invariant 13 a lead", `update lead set opportunity_id = null where email = 'buyer-0@chaos.example'`},
	{"is nobody's", `update effect set key = 'mail/invoice/00000000-0000-0000-0000-000000000000' where key = 'mail/invoice/' || (select id from bill where n = 3)`},
	{"lost: mail/invoice/00000000-0000-0000-0000-000000000000 never", `select`},
	{"invariant 16 every", `update command set answer = null where kind = 'project.progress' and process = 'contract-' || (select id from hers)`},
	{"was acknowledged and is not there", `select`},
	{"invariant 19 each", `insert into timeline (process, cause, seq, at, actor, code, data) select process, cause || '/again', 0, at, actor, code, data from timeline where code = 'invoice.issued'`},
	{"invariant 15", `update receivable set open = 0 where invoice_id = (select invoice_id from dunning_step limit 1)`},
	{"invariant 18: refused requests changed rows", `create function spoil() returns trigger language plpgsql as $$ begin update contact set job = job || '!'; return null; end $$;
		create trigger spoil after insert on command for each row execute function spoil(); update contact set job = job`},
	{"invariant 19 each change is told", `set session_replication_role = origin; update account set name = name; set session_replication_role = replica; update account set name = name`},
	{"invariant 19 lines never change", `update timeline set actor = 'somebody' where code = 'lead.qualified'`},
	{"invariant 20: south finds", `update api_key set user_id = (select id from app_user where email = 'admin@demo.example') where user_id = (select id from app_user where email = 'south@demo.example')`},
	{"invariant 20: south is answered 200", `select`},
	{"invariant 21: effect fax/1 is due", `insert into effect (key, channel, process, payload, next_at, created_at) values ('fax/1', 'fax', 'contract-' || (select id from hers), '{}', now(), now())`},
	{"invariant 21: the chase of", `update chase_run set finished = false`},
	{"invariant 22: the board's columns", `update opportunity set stage = 'limbo' where state = 'open'`},
	{"invariant 22: the debtors", `select`}, // by what broke 15
	{"invariant 22: the ageing", `select`},
	{"invariant 22: the overdue page's sum", `select`},
	{"doubled: 2 leads", `insert into lead (id, company, email, source, created_at, updated_at) select gen_random_uuid(), company, email, source, now(), now() from lead where email = 'buyer-0@chaos.example'`},
}

const hers = `create temp view hers as select c.* from contract c join opportunity o on o.id = c.opportunity_id join lead l on l.id = o.lead_id where l.email = 'buyer-0@chaos.example';
	create temp view bill as select i.id, row_number() over (order by sequence) as n from invoice i join hers c on c.id = i.contract_id;
	set session_replication_role = replica`

// TestAuditFinds lets two journeys end well, which the audit has to see, and then breaks the rows of one: each fault has to be found, and
// the journey that is whole has to stay so where no fault is everybody's.
func TestAuditFinds(t *testing.T) {
	t.Parallel()
	binary := filepath.Join(t.TempDir(), "leadtocash")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "../../cmd/leadtocash")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	h, err := open(t.Context(), Config{Stack: testkit.Stack(t), Binary: binary, Journeys: 2, Seed: 1, Out: t.Output()})
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	journeys := h.play(t.Context())
	if err := h.dun(t.Context()); err != nil {
		t.Fatal(err)
	}
	if stuck := h.awaitQuiet(t.Context()); len(stuck) > 0 {
		t.Fatal(stuck)
	}
	r := audited(t, h, journeys)
	t.Log(r.Checks())
	if !r.OK() || r.Looks < 200 || r.Refused < 30 || r.Shown < 6 {
		t.Fatalf("%s: %v", r.Line(), r.Wrong)
	}
	tamper(t, h)
	// A deliverer of a channel that no worker has: its activity fails again and again.
	if _, err := h.temporal.ExecuteWorkflow(t.Context(), workflows.Start(workflows.DispatchID("fax")), workflows.Dispatch, "fax"); err != nil {
		t.Fatal(err)
	}
	r = audited(t, h, journeys, 2*time.Second)
	all := strings.Join(r.Wrong, "\n")
	tampering = append(tampering, struct{ finding, sql string }{finding: "invariant 21: dispatch-fax: activity Deliver"})
	for _, c := range tampering {
		if !strings.Contains(all, c.finding) {
			t.Errorf("nobody says %q", c.finding)
		}
	}
	if r.OK() || r.Right != 0 || r.Lost == 0 || r.Doubled == 0 {
		t.Errorf("%s", r.Line())
	}
}

func audited(t *testing.T, h *house, journeys []*journey, patience ...time.Duration) Report {
	t.Helper()
	a := newAudit(h, journeys)
	for _, p := range patience {
		a.patience = p
	}
	if err := a.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a.report
}

func tamper(t *testing.T, h *house) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), h.Stack.DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	if _, err := conn.Exec(t.Context(), hers); err != nil {
		t.Fatal(err)
	}
	for _, c := range tampering {
		tag, err := conn.Exec(t.Context(), c.sql)
		if err != nil || tag.RowsAffected() == 0 {
			t.Fatalf("%s: %s, %v", c.sql, tag, err)
		}
	}
}
