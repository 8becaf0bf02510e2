package api

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// pipelinePage is the open pipeline by stage and month, as a table whose sums open their deals and as a picture (S005).
type pipelinePage struct {
	forecastHead
	pipelineRecord
	Several bool // pipelines: then each stage says whose it is
	Heads   []string
	Rows    []pipelineRow
	Sums    []pipelineFigure // of the columns
	Total   pipelineFigure
	Spans   []option
	Shown   int // months
	Self    string
	Chart   []pipelineBar
	Says    string
}

// pipelineRow is a stage with the addresses of its deals.
type pipelineRow struct {
	pipelineStage
	Of    string // the pipeline's name, where there are several
	Fill  string // the colour of its part in the picture
	Parts []pipelineFigure
	Total pipelineFigure
}

// pipelineFigure is a cell that opens its deals.
type pipelineFigure struct {
	pipelineCell
	Head string
	URL  string
}

// pipelineBar is a column of the table as a bar of parts, one for each stage.
type pipelineBar struct {
	Label, URL string
	Sum        decimal.Decimal
	Parts      []pipelinePart
}

// pipelinePart is a part of a bar, in hundredths of the largest bar.
type pipelinePart struct {
	X, Width int
	Fill     string
}

// monthChoices are the numbers of months that the page offers.
var monthChoices = []int{3, usualMonths, 12, mostMonths}

func pagePipeline(r *request) error {
	h, err := r.forecastHead("stages")
	if err != nil {
		return err
	}
	p := pipelinePage{forecastHead: h, Shown: usualMonths}
	if n, err := strconv.Atoi(r.gin.Query("months")); err == nil && slices.Contains(monthChoices, n) {
		p.Shown = n
	}
	for _, n := range monthChoices {
		p.Spans = append(p.Spans, option{strconv.Itoa(n), r.words().N("outlook.some_months", n)})
	}
	if p.pipelineRecord, err = r.pipelineOf(h.Filter, p.Shown); err != nil {
		return err
	}
	if err := p.fill(r); err != nil {
		return err
	}
	if r.gin.Query("as") == "csv" {
		return r.sendCSV("pipeline.csv", p.file(r))
	}
	p.draw(r)
	return r.show(http.StatusOK, "pipeline_view", r.say("outlook.by_stage_month"), p)
}

// fill words the columns and stages, and gives each sum the address of its deals.
func (p *pipelinePage) fill(r *request) error {
	q, err := url.ParseQuery(p.Query)
	if err != nil {
		return err
	}
	q.Set("months", strconv.Itoa(p.Shown))
	p.Self = "/forecast/stages?" + q.Encode()
	for _, c := range p.Columns {
		head := map[crm.SpanKind]string{crm.SpanSlipped: "outlook.slipped", crm.SpanLater: "outlook.later", crm.SpanUndated: "outlook.undated"}[c.Kind]
		if c.Kind == crm.SpanMonth {
			p.Heads = append(p.Heads, r.words().Month(c.First))
		} else {
			p.Heads = append(p.Heads, r.say(head))
		}
	}
	set, err := r.pipeline()
	if err != nil {
		return err
	}
	for _, s := range p.Stages {
		if !p.busy(s.Pipeline) {
			continue
		}
		row := pipelineRow{pipelineStage: s, Fill: "f" + strconv.Itoa(len(p.Rows)%5), Total: pipelineFigure{s.All, r.say("outlook.whole"), p.deals(s, crm.PipelineSpan{})}}
		for j, c := range s.Cells {
			row.Parts = append(row.Parts, pipelineFigure{c, p.Heads[j], p.deals(s, p.Columns[j])})
		}
		of := set.Of(s.Pipeline)
		row.Of = worded(of.Name(), r.language, s.Pipeline)
		p.Rows = append(p.Rows, row)
		p.Several = p.Several || s.Pipeline != p.Rows[0].Pipeline
	}
	for j, c := range p.Whole.Cells {
		p.Sums = append(p.Sums, pipelineFigure{c, p.Heads[j], p.deals(pipelineStage{}, p.Columns[j])})
	}
	p.Total = pipelineFigure{p.Whole.All, r.say("outlook.whole"), p.deals(pipelineStage{}, crm.PipelineSpan{})}
	return nil
}

// busy tells whether open deals go through a pipeline; the stages of one that rests are left out.
func (p *pipelinePage) busy(pipeline string) bool {
	return slices.ContainsFunc(p.Stages, func(s pipelineStage) bool { return s.Pipeline == pipeline && s.All.Deals > 0 })
}

// deals is the list of the deals behind a sum.
func (p *pipelinePage) deals(s pipelineStage, c crm.PipelineSpan) string {
	q, _ := url.ParseQuery(p.Query)
	q.Set("state", string(crm.OpportunityOpen))
	if s.Stage != "" {
		q.Set("pipeline", s.Pipeline)
		q.Set("stage", s.Stage)
	}
	if c.Kind == crm.SpanUndated {
		q.Set("closing", "none")
	}
	if !c.First.IsZero() {
		q.Set("from", c.First.String())
	}
	if !c.Last.IsZero() {
		q.Set("until", c.Last.String())
	}
	return "/opportunities?" + q.Encode()
}

// draw makes a bar of each month, and of what stands apart where it holds deals.
func (p *pipelinePage) draw(r *request) {
	most := pipelineFigure{}
	for _, c := range p.Sums {
		if c.Sum.GreaterThan(most.Sum) {
			most = c
		}
	}
	if !most.Sum.IsPositive() {
		return
	}
	for j, c := range p.Sums {
		if p.Columns[j].Kind != crm.SpanMonth && c.Deals == 0 {
			continue
		}
		bar, upTo := pipelineBar{Label: c.Head, URL: c.URL, Sum: c.Sum}, decimal.Zero
		for _, row := range p.Rows {
			from := hundredths(upTo, most.Sum)
			upTo = upTo.Add(row.Parts[j].Sum)
			if to := hundredths(upTo, most.Sum); to > from {
				bar.Parts = append(bar.Parts, pipelinePart{from, to - from, row.Fill})
			}
		}
		p.Chart = append(p.Chart, bar)
	}
	p.Says = r.say("outlook.stages_says", "Month", most.Head, "Amount", r.words().Money(most.Sum, crm.Currency(p.Currency)))
}

// hundredths is a part of a whole in per cent, rounded half up.
func hundredths(part, whole decimal.Decimal) int {
	return int(part.Mul(decimal.NewFromInt(100)).DivRound(whole, 0).IntPart())
}

// file is the table with the numbers of deals and sums side by side, in the company's currency.
func (p *pipelinePage) file(r *request) [][]string {
	head := []string{r.say("outlook.pipeline"), r.say("col.stage")}
	for _, h := range append(slices.Clone(p.Heads), r.say("outlook.whole")) {
		head = append(head, h+" ("+p.Currency+")", h+" ("+r.say("outlook.deals")+")")
	}
	out := [][]string{head}
	line := func(of, name string, parts []pipelineFigure, total pipelineFigure) {
		row := []string{of, name}
		for _, c := range append(slices.Clone(parts), total) {
			row = append(row, c.Sum.String(), strconv.Itoa(c.Deals))
		}
		out = append(out, row)
	}
	for _, row := range p.Rows {
		line(row.Of, row.Name, row.Parts, row.Total)
	}
	line("", r.say("outlook.whole"), p.Sums, p.Total)
	return out
}
