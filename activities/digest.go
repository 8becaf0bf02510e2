package activities

import (
	"context"
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// FollowMorning mails people of what they should know in the morning (S070, S105), by the stages of the pipelines in force.
func (s *Steps) FollowMorning(ctx context.Context) (int, error) {
	set, err := s.pipelines(ctx)
	if err != nil {
		return 0, err
	}
	return s.Store.FollowMorning(ctx, staleStages(set), func(d store.Digest) crm.Letter { return digestLetter(d, set) })
}

// staleStages are the stages in which deals may stand for so many days only.
func staleStages(set *rules.Set) (stages []store.StaleStage) {
	if set == nil {
		return nil
	}
	for _, p := range set.Pipelines() {
		for _, st := range p.Stages() {
			if st.Kind == rules.StageOpen && st.StaleDays > 0 {
				stages = append(stages, store.StaleStage{Pipeline: p.Key(), Stage: st.Key, Days: st.StaleDays})
			}
		}
	}
	return stages
}

// pipelines are those in force; nil where there are none yet.
func (s *Steps) pipelines(ctx context.Context) (*rules.Set, error) {
	active, err := s.Store.ActiveRules(ctx)
	for _, a := range active {
		if a.Kind == crm.RulePipeline {
			return s.Rules.Get(a.Kind, a.Version, func() ([]byte, error) { return []byte(a.Source), nil })
		}
	}
	return nil, err
}

// digestLetter tells a person of the deals that stand still, in his language.
func digestLetter(d store.Digest, set *rules.Set) crm.Letter {
	words := texts().For(d.To.Language)
	var list []string
	for i, deal := range d.Deals {
		if i == 0 || deal.Own != d.Deals[i-1].Own {
			head := "digest.team"
			if deal.Own {
				head = "digest.own"
			}
			list = append(list, "", words.N(head, deal.Total))
		}
		stage := deal.Stage
		if st, known := set.Of(deal.Pipeline).Stage(deal.Stage); known {
			stage = inLanguage(st.Name, d.To.Language)
		}
		line := "digest.line"
		if !deal.Own {
			line = "digest.line_of"
		}
		list = append(list, "- "+words.T(line, "Deal", deal.Name, "Account", deal.Account, "Stage", stage, "Days", int(d.Now.Sub(deal.Since)/(24*time.Hour)),
			"Amount", words.Money(deal.Amount, crm.Currency(deal.Currency)), "Owner", deal.Owner))
	}
	return crm.Letter{Template: "digest", To: d.To.Email, Name: d.To.Name, Language: d.To.Language, Path: "/board", Texts: map[string]string{
		"day": d.Day.String(), "list": strings.TrimSpace(strings.Join(list, "\n")),
	}}
}
