package e2e

import (
	"fmt"
	"testing"

	"leadtocash/crm"
)

// renewing is a contract that goes on by itself from 29 February 2028 on, billed in three quarters so far, with 30 days for notice.
func (s *scene) renewing(company string) crm.ID {
	s.t.Helper()
	id := s.contract(company)
	s.exec(fmt.Sprintf(`update contract set renewal = 'automatic', renewal_months = 9, notice_days = 30, start_date = '2027-05-29', end_date = '2028-02-29' where id = '%[1]s';
		update tranche set kind = 'period', milestone = '', state = 'planned', period_start = ('2027-05-29'::date + (position - 1) * interval '3 months')::date, period_end = ('2027-05-29'::date + position * interval '3 months')::date - 1 where contract_id = '%[1]s';
		update account set email = 'office@renew.example' where id = (select account_id from contract where id = '%[1]s');
		insert into deadline (process, kind, key, due_at) values ('contract-%[1]s', 'renewal', 'ahead', '2027-12-31 09:00+01'), ('contract-%[1]s', 'renewal', '', '2028-01-30 09:00+01')
			on conflict (process, kind, key) do update set due_at = excluded.due_at`, id))
	return id
}

// S088, M8: a contract goes on by itself on the last day for notice, once for each period, over a leap day; the price rises by what was proposed with its source; its sums hold; its
// owner is reminded before and told after.
func TestContractGoesOn(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2027-12-01 10:00")
	id := s.renewing("Goes On Srl")
	for _, bad := range []crm.AdjustFields{{Percent: "0", Source: "x"}, {Percent: "101", Source: "x"}, {Percent: "x", Source: "x"}, {Percent: "1"}} {
		if a := s.do(crm.RenewalAdjust, crm.KindContract, id, person("manager"), bad); a.Code != "validation_failed" {
			t.Fatalf("%+v: %+v", bad, a)
		}
	}
	s.must(crm.RenewalAdjust, crm.KindContract, id, person("manager"), crm.AdjustFields{Percent: "10", Source: "FOI"})
	s.must(crm.RenewalAdjust, crm.KindContract, id, person("manager"), crm.AdjustFields{Percent: "5.5", Source: "FOI, corrected"})
	process := crm.ProcessID(crm.KindContract, id)
	s.until("2027-12-31 09:30")
	s.eventually("the owner is reminded", func() bool { return s.told(process, "contract.renewal_near") == 1 })
	s.until("2028-01-30 08:30")
	if s.told(process, "contract.went_on") != 0 {
		t.Fatal("it went on too early")
	}
	last := ask[string](s, `select net::text from tranche where contract_id = $1 order by position desc limit 1`, id)
	s.until("2028-01-30 09:30")
	s.eventually("it goes on", func() bool { return s.told(process, "contract.went_on") == 1 })
	s.until("2028-03-05 12:00")
	want := ask[string](s, `select round($1::numeric * 1.055, 2)::text`, last)
	if got := ask[string](s, `select c.end_date || ' ' || (select count(*) from tranche t where t.contract_id = c.id) || ' ' || (select string_agg(distinct t.net::text, ' ') from tranche t where t.contract_id = c.id and t.position > 3)
			|| ' ' || (c.net = (select sum(net) from tranche t where t.contract_id = c.id) and c.total = (select sum(total) from tranche t where t.contract_id = c.id)
				and (select sum(percent) from tranche t where t.contract_id = c.id) = 100) || ' ' || (select string_agg(r.from_day || ' ' || r.percent || ' ' || r.source, ';') from contract_renewal r where r.contract_id = c.id)
			|| ' ' || (select count(*) from contract_version v where v.contract_id = c.id)
		from contract c where c.id = $1`, id); got != "2028-11-29 6 "+want+" true 2028-02-29 5.5000 FOI, corrected 2" {
		t.Fatal(got)
	}
	if n := s.told(process, "contract.went_on"); n != 1 {
		t.Fatalf("it went on %d times", n)
	}
	s.until("2028-10-31 12:00") // 30 days before the new end
	s.eventually("it goes on again", func() bool { return s.told(process, "contract.went_on") == 2 })
	if got := ask[string](s, `select c.end_date || ' ' || (select count(*) from tranche t where t.contract_id = c.id) || ' ' || (select max(r.percent) from contract_renewal r where r.contract_id = c.id and r.from_day = '2028-11-29') from contract c where c.id = $1`, id); got != "2029-08-29 9 0.0000" {
		t.Fatal(got)
	}
}

// S088: notice is recorded with its day; after the last day only who takes it all the same; a contract under notice does not go on, and one whose notice is taken back does.
func TestContractNotice(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2028-01-10 10:00")
	id := s.renewing("Notice Srl")
	notice := func(f crm.NoticeFields, want string) {
		t.Helper()
		if a := s.do(crm.RenewalNotice, crm.KindContract, id, person("manager"), f); a.Code != want {
			t.Fatalf("%+v: %+v", f, a)
		}
	}
	notice(crm.NoticeFields{GivenOn: crm.NewDate(2028, 1, 11)}, "validation_failed")
	notice(crm.NoticeFields{Reason: "They stop production"}, crm.Done)
	notice(crm.NoticeFields{}, crm.Done)
	process := crm.ProcessID(crm.KindContract, id)
	s.until("2028-02-02 12:00")
	if s.told(process, "contract.went_on") != 0 || s.told(process, "contract.notice") != 1 {
		t.Fatal("it went on in spite of notice")
	}
	notice(crm.NoticeFields{Withdraw: true}, crm.Done)
	s.eventually("it goes on after all", func() bool { return s.told(process, "contract.went_on") == 1 })
	s.exec(`update contract set renewal = 'none'`)
	s.at("2028-10-31 00:30") // a day after the last one, 30 days before 29 November
	if got := ask[string](s, `select end_date::text from contract where id = $1`, id); got != "2028-11-29" {
		t.Fatal(got)
	}
	notice(crm.NoticeFields{}, "notice_late")
	notice(crm.NoticeFields{AcceptLate: true}, crm.Done)
	if got := ask[string](s, `select string_agg(end_date || ' ' || late || ' ' || (withdrawn_at is null), ', ' order by end_date) from contract_notice where contract_id = $1`, id); got != "2028-02-29 false false, 2028-11-29 true true" {
		t.Fatal(got)
	}
}
