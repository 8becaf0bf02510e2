package chaos

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// noted are the tables in which a refusal leaves its traces: the command and what the rules said of it, and who tried to log in; and those in
// which the worker keeps the order of the leads, and for which morning it looked at what people are mailed of.
const noted = `'command', 'verdict', 'login_attempt', 'sessions', 'goose_db_version', 'lead_rank', 'lead_rank_state', 'digest_day'`

// hashes is one text for each table: its name and a hash over all of its rows. Effects that belong to no process are the morning's mails, which may be on
// their way when the looks begin.
func (a *audit) hashes(ctx context.Context) ([]string, error) {
	tables, err := a.texts(ctx, `select format('select %1$L || '' '' || count(*) || '' '' || md5(coalesce(string_agg(h, '''' order by h), '''')) from (select md5(t::text) as h from %1$I t%2$s) t', tablename,
		case tablename when 'effect' then ' where process <> ''''' end)
		from pg_tables where schemaname = 'public' and tablename not in (`+noted+`) order by 1`)
	if err != nil {
		return nil, err
	}
	lines, err := a.texts(ctx, strings.Join(tables, " union all "))
	slices.Sort(lines) // tables may be read in any order
	return lines, err
}

// refusals asks for what cannot be done any more, or not by this user, or not like this; each is refused and changes no row (invariant 18).
func (a *audit) refusals(ctx context.Context) error {
	if _, err := a.conn.Exec(ctx, `select pg_advisory_lock(7203016)`); err != nil { // nobody is mailed of his morning meanwhile
		return err
	}
	defer a.conn.Exec(context.WithoutCancel(ctx), `select pg_advisory_unlock(7203016)`)
	before, err := a.hashes(ctx)
	if err != nil {
		return err
	}
	for _, j := range a.journeys {
		if j.err != nil || j.n%5 > 1 { // two of five; all ways come up
			continue
		}
		for i, r := range j.hopeless() {
			r.key = fmt.Sprintf("hopeless/%d/%d/%d", a.Seed, j.n, i)
			got, err := a.do(ctx, r)
			if err != nil {
				return err
			}
			a.report.Refused++
			if got.ok() {
				a.against(j.n, "invariant 18: %s %s by %s was not refused: %s", r.method, r.path, r.user, got)
			}
		}
	}
	after, err := a.hashes(ctx)
	if err != nil {
		return err
	}
	for i := range before {
		if before[i] != after[i] {
			a.wrong("", "invariant 18: refused requests changed rows from %s to %s", before[i], after[i])
		}
	}
	return nil
}

// hopeless are requests that a journey at its end cannot have granted.
func (j *journey) hopeless() []request {
	lead, order := "/api/v1/leads/"+string(j.lead), j.orderPath()
	stale := fields{"need": "Another line", "version": 1}
	return []request{
		{user: "sales", method: http.MethodPost, path: lead + "/convert", body: fields{}},
		{user: "ops", method: http.MethodPost, path: lead + "/disqualify", body: fields{"reason": "no_budget"}},
		{user: "south", method: http.MethodPost, path: lead + "/feedback", body: fields{"feedback": "positive"}},
		{user: "sales", method: http.MethodPost, path: j.dealPath() + "/transitions", body: fields{"to": "timing"}},
		{user: "sales", method: http.MethodPatch, path: j.dealPath(), body: fields{"budget": "perhaps"}},
		{user: "care", method: http.MethodPatch, path: j.dealPath(), body: stale},
		{user: "south", method: http.MethodPatch, path: j.dealPath(), body: stale},
		{user: "sales", method: http.MethodPost, path: "/api/v1/quotes/" + string(j.quotes[len(j.quotes)-1]) + "/send"},
		{user: "finance", method: http.MethodPost, path: order + "/validate", body: fields{}},
		{user: "manager", method: http.MethodPost, path: order + "/approve", body: fields{}},
		{user: "manager", method: http.MethodPost, path: order + "/reject", body: fields{"reason": "Too late"}},
		{user: "sales", method: http.MethodPost, path: j.contractPath() + "/close"},
		{user: "finance", method: http.MethodPost, path: j.contractPath() + "/invoices", body: fields{"tranche_id": j.lead}},
		{user: "finance", method: http.MethodPost, path: "/api/v1/invoices/" + string(j.bills[0]) + "/payments", body: fields{"amount": "0.01", "reference": "too much"}},
		{user: "finance", method: http.MethodPost, path: "/api/v1/invoices/" + string(j.bills[0]) + "/payments", body: fields{"amount": "-5", "reference": "back"}},
		{user: "projects", method: http.MethodPost, path: j.contractPath() + "/project/progress", body: fields{"percent": "101"}},
		{user: "sales", method: http.MethodDelete, path: j.dealPath()},
	}
}
