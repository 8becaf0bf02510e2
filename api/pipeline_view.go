package api

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// pipelineRecord is the open pipeline by stage and by month of expected closing, in the company's currency at today's rates.
type pipelineRecord struct {
	Currency string
	Today    crm.Date
	Columns  []crm.PipelineSpan
	Stages   []pipelineStage
	Whole    pipelineStage
	Missing  []string // currencies without a rate, whose deals are left out
}

// pipelineStage is a stage, with a cell for each column.
type pipelineStage struct {
	Pipeline string
	Stage    string
	Name     string
	Cells    []pipelineCell
	All      pipelineCell
}

// pipelineCell is what stands in one stage and column.
type pipelineCell struct {
	Deals int
	Sum   decimal.Decimal
}

func (c *pipelineCell) add(deals int, sum decimal.Decimal) {
	c.Deals += deals
	c.Sum = c.Sum.Add(sum)
}

// The months that a pipeline is spread over, unless others are asked for, and at most.
const (
	usualMonths = 6
	mostMonths  = 24
)

// pipelineOf adds up the open deals that the filter lets through, stage by stage in the order of the rules; a stage that they do not have any more comes last.
func (r *request) pipelineOf(f store.DealFilter, months int) (out pipelineRecord, err error) {
	set, err := r.pipeline()
	if err != nil {
		return out, err
	}
	if out.Today, err = r.today(); err != nil {
		return out, err
	}
	sums, err := r.store.PipelineMonths(r.ctx(), store.ScopeOf(r.user, crm.MayReadOpportunity), f, out.Today)
	if err != nil {
		return out, err
	}
	book, err := r.converting()
	if err != nil {
		return out, err
	}
	out.Currency, out.Columns = string(book.Home()), crm.PipelineSpans(out.Today, months)
	out.Whole.Cells = make([]pipelineCell, len(out.Columns))
	place := out.begin(r, set, f.Pipeline)
	for _, x := range sums {
		sum, known := book.At(x.Sum, x.Currency, out.Today)
		if !known {
			continue
		}
		key := [2]string{x.Pipeline, x.Stage}
		i, there := place[key]
		if !there {
			was, _ := set.Of(x.Pipeline).Stage(x.Stage)
			i = out.stage(key, worded(was.Name, r.language, x.Stage))
			place[key] = i
		}
		column := slices.IndexFunc(out.Columns, func(s crm.PipelineSpan) bool { return s.Holds(x.Closing(out.Today)) })
		for _, c := range []*pipelineCell{&out.Stages[i].Cells[column], &out.Stages[i].All, &out.Whole.Cells[column], &out.Whole.All} {
			c.add(x.Deals, sum)
		}
	}
	out.Missing = book.Without()
	return out, nil
}

// begin puts the stages that open deals stand in, by the rules, into their places.
func (p *pipelineRecord) begin(r *request, set *rules.Set, only string) map[[2]string]int {
	p.Stages = []pipelineStage{}
	place := map[[2]string]int{}
	for _, s := range set.Pipelines() {
		for _, x := range s.Stages() {
			key := [2]string{s.Key(), x.Key}
			if _, known := place[key]; !known && x.Takes() && (only == "" || only == s.Key()) {
				place[key] = p.stage(key, worded(x.Name, r.language, x.Key))
			}
		}
	}
	return place
}

func (p *pipelineRecord) stage(key [2]string, name string) int {
	p.Stages = append(p.Stages, pipelineStage{Pipeline: key[0], Stage: key[1], Name: name, Cells: make([]pipelineCell, len(p.Columns))})
	return len(p.Stages) - 1
}

// getPipeline answers the pipeline by stage and month.
func getPipeline(r *request) error {
	if err := r.onlyKnows("owner", "team", "pipeline", "months"); err != nil {
		return err
	}
	f, err := r.forecastFilter(true)
	if err != nil {
		return err
	}
	months := usualMonths
	if text := r.gin.Query("months"); text != "" {
		if months, err = strconv.Atoi(strings.TrimSpace(text)); err != nil || months < 1 || months > mostMonths {
			return wrongParameter("months", "out_of_range", params{"min": 1, "max": mostMonths})
		}
	}
	out, err := r.pipelineOf(f, months)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(out))
}
