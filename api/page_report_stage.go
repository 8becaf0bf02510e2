package api

import (
	"net/http"
	"strconv"

	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// stagesPage is conversion and time by stage.
type stagesPage struct {
	*report
	Rows  []stageRow
	Chart chart
	Most  stageRow // where deals stay longest
}

// stageRow is a stage; its numbers open their deals.
type stageRow struct {
	store.StageFigures
	Label      string
	p          *report
	Half, Most string
}

// URL is the deals behind a number.
func (s stageRow) URL(outcome string) string {
	if outcome == "" {
		return s.p.rows("stages", "stage", s.Stage)
	}
	return s.p.rows("stages", "stage", s.Stage, "outcome", outcome)
}

// Share is how many of those that left it went on, in per cent; a dash while none has left.
func (s stageRow) Share() string { return shareOf(s.On, s.Deals-s.Still) }

// WonShare is how many of all that entered are won by now.
func (s stageRow) WonShare() string { return shareOf(s.StageFigures.Won, s.Deals) }

func pageStages(r *request) error {
	p, err := r.beginReport("stages", nil, true)
	if err != nil {
		return err
	}
	rows, err := r.store.StageReport(r.ctx(), p.scope, p.filter)
	if err != nil {
		return err
	}
	page := stagesPage{report: p}
	var bars []countFigure
	for _, f := range rows {
		row := stageRow{StageFigures: f, Label: p.stageName(f.Stage), p: p, Half: p.number(f.Half), Most: p.number(f.Most)}
		page.Rows = append(page.Rows, row)
		bars = append(bars, countFigure{row.Label, f.Deals, row.URL("")})
	}
	if p.wantsFile() {
		return r.sendCSV("stages.csv", page.file())
	}
	page.Chart = r.countChart(r.say("report.entered"), bars)
	return r.show(http.StatusOK, "report_stages", r.say("report.stages"), page)
}

func (p stagesPage) file() [][]string {
	out := [][]string{{p.say("col.stage"), p.say("report.entered"), p.say("report.visits"), p.say("report.on"), p.say("report.back"), p.say("report.lost"), p.say("report.still"), p.say("report.won"), p.say("report.half"), p.say("report.most")}}
	n := strconv.Itoa
	for _, s := range p.Rows {
		f := s.StageFigures
		out = append(out, []string{s.Label, n(f.Deals), n(f.Visits), n(f.On), n(f.Back), n(f.Lost), n(f.Still), n(f.Won), plainDays(f.Half), plainDays(f.Most)})
	}
	return out
}

// lossPage is why deals were lost: a table of groups by reasons.
type lossPage struct {
	*report
	Reasons []option
	Rows    []lossRow
	Whole   lossRow
	Chart   chart
}

// lossRow is a group of deals that closed.
type lossRow struct {
	Key, Label string
	Cells      []leadCount // by reason
	Lost, Won  leadCount
	Sum        string // of the lost ones
	sums       map[string]decimal.Decimal
	all        bool
}

// Share is how many of the closed deals were won, in per cent.
func (l lossRow) Share() string { return shareOf(l.Won.N, l.Won.N+l.Lost.N) }

func pageLoss(r *request) error {
	p, err := r.beginReport("loss", store.LossGroups(), false)
	if err != nil {
		return err
	}
	rows, err := r.store.LossReport(r.ctx(), p.scope, p.filter, p.By)
	if err != nil {
		return err
	}
	page := lossPage{report: p}
	if err := page.fill(rows); err != nil {
		return err
	}
	if p.wantsFile() {
		return r.sendCSV("loss.csv", page.file())
	}
	var bars []countFigure
	for _, l := range page.Rows {
		if l.Lost.N > 0 {
			bars = append(bars, countFigure{l.Label, l.Lost.N, l.Lost.URL})
		}
	}
	page.Chart = r.countChart(r.say("report.lost_deals"), bars[:min(len(bars), 12)])
	return r.show(http.StatusOK, "report_loss", r.say("report.loss"), page)
}

// fill makes the rows: by group, or, where it is grouped by nothing else, a row for each reason.
func (p *lossPage) fill(rows []store.LossCount) error {
	var reasons []string
	place, byReason := map[string]int{}, map[string]int{}
	for _, x := range rows {
		if _, known := byReason[x.Reason]; !known && x.Reason != "" && p.By != "reason" {
			byReason[x.Reason] = len(reasons)
			reasons = append(reasons, x.Reason)
			p.Reasons = append(p.Reasons, option{x.Reason, p.lostReason(x.Reason)})
		}
	}
	names, err := p.groupNames(rows)
	if err != nil {
		return err
	}
	p.Whole = lossRow{all: true, Label: p.say("col.total"), sums: map[string]decimal.Decimal{}, Cells: make([]leadCount, len(reasons))}
	for _, x := range rows {
		if p.By == "reason" && x.State == "won" {
			continue
		}
		i, known := place[x.Key]
		if !known {
			i = len(p.Rows)
			place[x.Key] = i
			p.Rows = append(p.Rows, lossRow{Key: x.Key, Label: names[x.Key], sums: map[string]decimal.Decimal{}, Cells: make([]leadCount, len(reasons))})
		}
		row := &p.Rows[i]
		if x.State == "won" {
			row.Won.N += x.Deals
			continue
		}
		row.Lost.N += x.Deals
		row.sums[x.Currency] = row.sums[x.Currency].Add(x.Sum)
		if n, there := byReason[x.Reason]; there {
			row.Cells[n].N += x.Deals
		}
	}
	for i := range p.Rows {
		p.address(&p.Rows[i], reasons)
	}
	p.sort()
	return nil
}

// address gives the numbers of a row their addresses.
func (p *lossPage) address(l *lossRow, reasons []string) {
	group := []string{"key", l.Key}
	l.Lost.URL = p.rows("loss", append(group, "state", "lost")...)
	l.Won.URL = p.rows("loss", append(group, "state", "won")...)
	for i, reason := range reasons {
		l.Cells[i].URL = p.rows("loss", append(group, "state", "lost", "reason", reason)...)
	}
	l.Sum = p.sums(l.sums)
}

func (p lossPage) file() [][]string {
	head := []string{p.say("report.group." + p.By)}
	for _, o := range p.Reasons {
		head = append(head, o.Label)
	}
	out := [][]string{append(head, p.say("report.lost_deals"), p.say("report.won"), p.say("report.lost_sum"))}
	for _, l := range p.Rows {
		row := []string{l.Label}
		for _, c := range l.Cells {
			row = append(row, strconv.Itoa(c.N))
		}
		out = append(out, append(row, strconv.Itoa(l.Lost.N), strconv.Itoa(l.Won.N), l.Sum))
	}
	return out
}
