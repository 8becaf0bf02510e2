package chaos

import (
	"context"
	"fmt"
	"strings"
)

// fingerprint is the number of rows of everything that a repeated step must not add to, and the sum of the versions. Mails that belong to no process are written by
// the morning, whenever it comes.
const fingerprint = `select format('%s %s %s %s %s %s %s %s', (select count(*) from timeline), (select count(*) from command), (select count(*) from effect where process <> ''),
	(select count(*) from ledger), (select count(*) from verdict), (select sum(version) from process), (select sum(version) from opportunity), (select sum(version) from contract))`

// repeat sends acknowledged steps once more: each is told what it was told, word for word, and nothing changes (R3, R4, invariant 16).
func (a *audit) repeat(ctx context.Context) error {
	before, err := a.texts(ctx, fingerprint)
	if err != nil {
		return err
	}
	for _, j := range a.journeys {
		for i, k := range j.acks {
			if (i+j.n)%4 != 0 { // a quarter of them; all kinds come up over the journeys
				continue
			}
			again, err := a.do(ctx, k.request)
			if err != nil {
				return err
			}
			a.report.Replayed++
			if again.status != k.answer.status || string(again.body) != string(k.answer.body) {
				a.against(j.n, "invariant 16: %s was told %s and then %s", k.request.path, k.answer, again)
			}
			if i == 0 {
				if err := a.clash(ctx, j, k.request); err != nil {
					return err
				}
			}
		}
	}
	after, err := a.texts(ctx, fingerprint)
	if err == nil && before[0] != after[0] {
		a.wrong("", "R4: sending again changed the rows from %s to %s", before[0], after[0])
		a.report.Doubled++
	}
	return err
}

// clash uses a key for other content, which is refused.
func (a *audit) clash(ctx context.Context, j *journey, r request) error {
	if !strings.HasSuffix(r.path, "/qualify") {
		return nil
	}
	r.body = fields{"score": 79, "owner_id": r.body.(fields)["owner_id"]}
	got, err := a.do(ctx, r)
	if err == nil && got.code != "idempotency_clash" {
		a.against(j.n, "invariant 16: a key used for other content is told %s", fmt.Sprint(got))
	}
	return err
}
