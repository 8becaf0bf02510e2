package e2e

import (
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"
	"leadtocash/testkit"
)

// stricter is the shipped pipeline with a gate that asks for more and without the stage of timing, whose deals go on.
func stricter() string {
	text := strings.Replace(sources()[crm.RulePipeline], "when: deal.amount > 1000", "when: deal.amount > 2000", 1)
	return strings.Replace(text, "    - key: timing\n", "    - key: timing\n      retired_to: configure\n", 1)
}

func (s *scene) enact(a store.Activation) (version int, migration crm.ID) {
	s.t.Helper()
	set, migration, err := s.store.Activate(s.t.Context(), a)
	if err != nil {
		s.t.Fatal(err)
	}
	return set.Version, migration
}

// at counts the open deals that follow a version of the pipeline.
func (s *scene) following(version int) int {
	s.t.Helper()
	counts, err := s.store.RunningAt(s.t.Context(), crm.RulePipeline)
	if err != nil {
		s.t.Fatal(err)
	}
	return counts[version]
}

func (s *scene) migrated(id crm.ID) (m store.RuleMigration) {
	s.t.Helper()
	s.eventually("the migration is done", func() bool {
		var err error
		if m, err = s.store.RuleMigration(s.t.Context(), id); err != nil {
			s.t.Fatal(err)
		}
		return m.State == "done"
	})
	return m
}

// N3: activation for new processes only changes no running deal. The migration of 4,000 deals, or of DEALS (a multiple of 20; `make migration` takes 10,000), survives kill -9 of its worker at any moment and
// ends exact: each deal once, none twice, closed ones never. Its rollback restores every deal's own version, but for those that went further.
func TestRuleMigration(t *testing.T) {
	w, deals := newWreck(t), testkit.Sized(t, "DEALS", 4000)
	w.exec(`insert into process (id, kind, record_id, step, rules, closed, started_at, updated_at)
		select 'opportunity-' || r, 'opportunity', r, case when n % 20 = 0 and n <= $1 then 'timing' else 'identify' end, jsonb_build_object('pipeline', 1, 'order', 1), n > $1, now(), now()
		from (select gen_random_uuid() as r, n from generate_series(1, $1 + 10) n) x`, deals)
	w.exec(`insert into account (id, name, country, created_at) values (md5('many')::uuid, 'Many', 'IT', now())`)
	w.exec(`insert into opportunity (id, number, name, account_id, pipeline, stage, state, currency, amount, owner_id, stage_since, created_at, updated_at)
		select record_id, 'M-' || record_id, 'Deal', md5('many')::uuid, 'standard', step, case when closed then 'lost' else 'open' end, 'EUR', 1, $1, now(), now(), now()
		from process where kind = 'opportunity'`, person("sales"))
	w.exec(`insert into stage_interval (opportunity_id, stage, entered_at, actor, cause) select id, stage, stage_since, 'x', 'x' from opportunity`)
	w.exec(`update process set rules = '{}' where id in (select id from process where kind = 'opportunity' and not closed order by id limit 7)`) // from before there were rules
	second, none := w.enact(store.Activation{Kind: crm.RulePipeline, Source: stricter(), Author: person("ops"), Comment: "stricter", Base: 1})
	if second != 2 || none != "" || w.following(1) != deals-7 || w.following(0) != 7 || w.following(2) != 0 {
		t.Fatalf("version %d, migration %q: %d deals follow 1, %d follow 2", second, none, w.following(1), w.following(2))
	}
	_, id := w.enact(store.Activation{Kind: crm.RulePipeline, Source: stricter(), Author: person("ops"), Comment: "for all", Base: 2, Running: true})
	kills := 0
	for m, err := w.store.RuleMigration(t.Context(), id); m.State != "done"; m, err = w.store.RuleMigration(t.Context(), id) {
		if err != nil {
			t.Fatal(err)
		}
		p, dead := w.start("")
		if before := m.Done; kills < 4 && before < deals { // with all of them taken it has only to say that it is done
			w.eventually("a batch is taken", func() bool { return w.doneOf(id) > before })
			_ = p.Kill() // SIGKILL; it may be done
			<-dead
			kills++
			continue
		}
		w.migrated(id)
		_ = p.Kill()
		<-dead
	}
	m := w.migrated(id)
	if kills < 3 || m.Total != deals || m.Done != deals || w.following(2) != deals || w.following(1)+w.following(0) != 0 {
		t.Fatalf("after %d kills: %+v, %d follow 2", kills, m, w.following(2))
	}
	if n := ask[int](&w.scene, `select count(*)::int from timeline where code = 'rules.migrated'`); n != deals {
		t.Errorf("%d deals were told", n)
	}
	if w.standing("timing") != 0 || w.standing("configure") != deals/20 || w.standing("identify") != deals-deals/20 {
		t.Errorf("%d deals are left in the retired stage, %d in its target", w.standing("timing"), w.standing("configure"))
	}
	if n := ask[int](&w.scene, `select count(*)::int from timeline where code = 'opportunity.moved' and data = '{"from": "timing", "to": "configure"}'`); n != deals/20 {
		t.Errorf("%d moves were told", n)
	}
	if n := ask[int](&w.scene, `select count(*)::int from stage_interval where stage = 'timing' and left_at is not null`); n != deals/20 {
		t.Errorf("%d stays in the retired stage are over", n)
	}
	w.exec(`update opportunity set stage = 'send' where id in (select id from opportunity where stage = 'configure' order by id limit 3)`) // they have gone on
	w.exec(`update process p set step = o.stage from opportunity o where o.id = p.record_id and o.stage = 'send'`)
	if n := ask[int](&w.scene, `select count(*)::int from process where closed and kind = 'opportunity' and rules ->> 'pipeline' = '1' and rules ->> 'order' = '1'`); n != 10 {
		t.Errorf("%d of 10 closed deals keep their version", n)
	}
	w.exec(`update process set rules = rules || '{"pipeline": 3}' where id in (select id from process where kind = 'opportunity' and not closed order by id desc limit 5)`)
	w.start("")
	back, err := w.store.TakeBack(t.Context(), id, person("ops"), "too strict")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := w.store.TakeBack(t.Context(), id, person("ops"), "twice"); again != back || err != nil {
		t.Errorf("a second rollback: %s %v", again, err)
	}
	w.migrated(back)
	if w.following(1) != deals-12 || w.following(0) != 7 || w.following(3) != 5 || w.following(2) != 0 {
		t.Errorf("after the rollback %d follow 1, %d none, %d went further, %d are left", w.following(1), w.following(0), w.following(3), w.following(2))
	}
	further := ask[int](&w.scene, `select count(*)::int from process where rules ->> 'pipeline' = '3' and step = 'configure'`)
	if w.standing("timing") != deals/20-3-further || w.standing("configure") != further || w.standing("send") != 3 {
		t.Errorf("after the rollback %d deals stand in timing, %d in configure, %d in send", w.standing("timing"), w.standing("configure"), w.standing("send"))
	}
	w.record("RuleMigration-done", crm.ProcessID(crm.KindRuleMigration, back), w.over(crm.ProcessID(crm.KindRuleMigration, back)))
}

// standing counts the open deals in a stage, by record and by process alike.
func (w *wreck) standing(stage string) int {
	w.t.Helper()
	return ask[int](&w.scene, `select count(*)::int from opportunity o join process p on p.record_id = o.id and p.step = o.stage where o.state = 'open' and o.stage = $1`, stage)
}

// doneOf is how many processes a migration has taken.
func (w *wreck) doneOf(id crm.ID) int {
	return ask[int](&w.scene, `select done from rule_migration where id = $1`, id)
}
