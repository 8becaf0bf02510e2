package chaos

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Where the pages show what is compared; the texts are those of an English reader.
var (
	columnOnBoard  = regexp.MustCompile(`(?s)data-stage="([a-z_]+)"[^>]*>.*?<a class="sm"[^>]*>(\d+)</a><span class="sm sums">(\S+) `)
	debtorOnPage   = regexp.MustCompile(`(?s)<li[^>]*><a href="/overdue\?[^"]*account=([0-9a-f-]{36})[^"]*"[^>]*><span class="bar tight"><span class="strong">[^<]*</span><span class="sp"></span><span>(.*?)</span>`)
	ageOnPage      = regexp.MustCompile(`(?s)</rect></svg><span class="n strong">([^<]*)</span>`)
	totalOnOverdue = regexp.MustCompile(`(?s)collection-head"><dl class="facts"><dt>[^<]*</dt><dd class="strong">(.*?)</dd>`)
)

// boards is what has to stand in each column of each pipeline's board: open deals by stage, counted in the rows.
const boards = `select pipeline || ' ' || stage || ' ' || count(*) || ' ' || sum(amount) from opportunity where state = 'open' group by pipeline, stage`

// The overdue page's queue, which adds up receivables, is held against the ledger; its ageing and its sum, which are made of the ledger, against the receivables.
const (
	owed = `with day as (select ((now() + make_interval(secs => b.shift_seconds)) at time zone e.time_zone)::date as today from business_clock b, legal_entity e),
		bill as (select i.id, i.account_id, i.due_date, day.today - i.due_date as late, (select sum(g.amount) from ledger g where g.invoice_id = i.id) as open from invoice i, day)`
	debtors = owed + ` select account_id || ' ' || sum(open) from bill where open > 0 group by account_id having max(late) >= -7 order by sum(open) desc`
	due     = `with day as (select ((now() + make_interval(secs => b.shift_seconds)) at time zone e.time_zone)::date as today from business_clock b, legal_entity e),
		bill as (select p.open, day.today - p.due_date as late from receivable_part p, day)`
	ages = due + `, part as (select case when late <= 0 then 0 when late <= 30 then 1 when late <= 60 then 2 when late <= 90 then 3 else 4 end as n, open from bill where open > 0)
		select coalesce(sum(open), 0.00)::text from generate_series(0, 4) s left join part p on p.n = s group by s order by s`
	total = due + ` select coalesce(sum(open), 0.00)::text from bill where open > 0 and late > 0`
)

// screens reads the boards and the overdue page as the administrator, who sees everything, and adds up the rows (invariant 22).
func (a *audit) screens(ctx context.Context) error {
	if err := a.columns(ctx); err != nil {
		return err
	}
	page, err := a.page(ctx, "/overdue")
	if err != nil {
		return err
	}
	var shown []string
	for _, m := range debtorOnPage.FindAllStringSubmatch(page, -1) {
		shown = append(shown, m[1]+" "+amount(m[2]))
	}
	if err := a.same(ctx, "the debtors", shown, debtors, true); err != nil {
		return err
	}
	shown = nil
	for _, m := range ageOnPage.FindAllStringSubmatch(page, -1) {
		shown = append(shown, amount(m[1]))
	}
	if err := a.same(ctx, "the ageing", shown, ages, false); err != nil {
		return err
	}
	sums, err := a.texts(ctx, total)
	if err != nil {
		return err
	}
	if m := totalOnOverdue.FindStringSubmatch(page); m == nil || !strings.Contains(strings.ReplaceAll(html.UnescapeString(m[1]), ",", ""), "€"+sums[0]) {
		a.wrong("", "invariant 22: the overdue page's sum is not %s: %q", sums[0], m)
	}
	return nil
}

// columns reads the board of each pipeline that has open deals.
func (a *audit) columns(ctx context.Context) error {
	pipelines, err := a.texts(ctx, `select distinct pipeline from opportunity where state = 'open'`)
	if err != nil {
		return err
	}
	var shown []string
	for _, pipeline := range pipelines {
		page, err := a.page(ctx, "/board?pipeline="+pipeline)
		if err != nil {
			return err
		}
		for _, m := range columnOnBoard.FindAllStringSubmatch(page, -1) {
			if m[2] != "0" {
				shown = append(shown, pipeline+" "+m[1]+" "+m[2]+" "+amount(m[3]))
			}
		}
	}
	return a.same(ctx, "the board's columns", shown, boards, true)
}

// same compares what a page shows with what the rows come to.
func (a *audit) same(ctx context.Context, what string, shown []string, sql string, anyOrder bool) error {
	rows, err := a.conn.Query(ctx, sql)
	if err != nil {
		return err
	}
	want, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	if anyOrder {
		slices.Sort(shown)
		slices.Sort(want)
	}
	if !slices.Equal(shown, want) {
		a.wrong("", "invariant 22: %s show %v, the rows say %v", what, shown, want)
	}
	a.report.Shown += len(want)
	return nil
}

// page reads a page as the administrator.
func (a *audit) page(ctx context.Context, path string) (string, error) {
	got, err := a.do(ctx, request{user: "admin", method: http.MethodGet, path: path})
	if err == nil && got.status != http.StatusOK {
		err = fmt.Errorf("%s: %d", path, got.status)
	}
	return string(got.body), err
}

// amount is "€1,234.50" as the database writes it.
func amount(shown string) string {
	return strings.NewReplacer("€", "", ",", "").Replace(html.UnescapeString(strings.TrimSpace(shown)))
}
