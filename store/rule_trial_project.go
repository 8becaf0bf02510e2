package store

import (
	"context"
	"iter"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// measuredAtOnce is how many projects are measured in one round trip.
const measuredAtOnce = 100

// triedProject is a project under way, with what a trial tells of it.
type triedProject struct {
	crm.Project
	Contract crm.ID
	Deal     crm.ID
	Pipeline string
	Stage    string
	Owner    crm.ID
	Currency string
}

// ProjectTrials reads the projects under way with what they come to today, one after the other, to be asked for their alarm (N2). They go by the
// deal that was sold; their owner is the project's manager.
func (s *Store) ProjectTrials(ctx context.Context) iter.Seq2[*RuleTrial, error] {
	return func(yield func(*RuleTrial, error) bool) {
		if err := s.openProjects(ctx, yield); err != nil {
			yield(nil, told(err))
		}
	}
}

func (s *Store) openProjects(ctx context.Context, yield func(*RuleTrial, error) bool) error {
	today, err := s.today(ctx)
	if err != nil {
		return err
	}
	entity, err := s.LegalEntity(ctx)
	if err != nil {
		return err
	}
	days, err := s.holidays(ctx, today)
	if err != nil {
		return err
	}
	for after := (crm.ID("00000000-0000-0000-0000-000000000000")); ; {
		next, err := many[triedProject](ctx, s.pool, `select p.*, c.id as contract, o.id as deal, o.pipeline, o.stage, c.currency, coalesce(p.manager_id, c.owner_id, o.owner_id) as owner
			from project p join contract c on c.id = p.contract_id join opportunity o on o.id = c.opportunity_id
			where p.state = 'open' and p.id > $1 order by p.id limit $2`, after, measuredAtOnce)
		if err != nil || len(next) == 0 {
			return err
		}
		read := make([]measuredProject, len(next))
		b := &pgx.Batch{}
		for i, p := range next {
			read[i].queue(b, crm.Contract{ID: p.Contract, OpportunityID: p.Deal}, p.Project, today)
		}
		if err := s.pool.SendBatch(ctx, b).Close(); err != nil {
			return err
		}
		for i, p := range next {
			t := RuleTrial{Deal: p.Deal, State: crm.OpportunityOpen, Owner: p.Owner, Pipeline: p.Pipeline, Stage: p.Stage, Ask: "alarm", Amount: p.Revenue, Currency: crm.Currency(p.Currency)}
			t.Facts, _ = read[i].read(entity.Pricing(p.Currency), p.Project, today)
			t.Facts.Process.Holidays = days
			if !yield(&t, nil) {
				return nil
			}
		}
		after = next[len(next)-1].ID
	}
}

// pastProjects is how projects were closed. One closed once is closed for good.
const pastProjects = `select o.id, 'won', coalesce(j.manager_id, c.owner_id, o.owner_id), o.pipeline, o.stage, j.revenue, c.currency, v.key, v.facts from verdict v
	join process p on p.id = v.process and p.kind = 'contract' join contract c on c.id = p.record_id join project j on j.contract_id = c.id
	join opportunity o on o.id = c.opportunity_id
	where v.kind = $1 and v.key = 'close' and v.result = 'allowed' order by o.id, v.at`
