package chaos

import (
	"context"
	"fmt"
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// way is what a journey does beside the ordinary; every second one goes a way of its own.
type way string

const (
	wayPlain    way = ""
	wayExcepted way = "excepted" // passes a gate by an exception that the rule's owner grants
	wayHanded   way = "handed"   // sells what is made to order, so that production has to answer first
	wayRepeat   way = "repeat"   // goes through the second pipeline
)

// wayOf spreads the ways over the journeys; the seed shifts them against what else differs between journeys.
func wayOf(seed uint64, n int) way {
	return [...]way{wayRepeat, wayPlain, wayExcepted, wayPlain, wayHanded, wayPlain}[(uint64(n)+seed)%6]
}

// converting are the fields of the conversion: into which pipeline.
func (j *journey) converting() fields {
	if j.way == wayRepeat {
		return fields{"pipeline": string(wayRepeat)}
	}
	return fields{}
}

// machine is the product that the deal is about.
func (j *journey) machine() crm.ID {
	if j.way == wayHanded {
		return store.DemoID("SPECIAL")
	}
	return store.DemoID("LINE-200")
}

// pass takes the deal through the gate before the quote, where there is one. Who has no budget is refused, asks, and passes by the exception of
// one of two who decide at once; what the gate asked for is filled in afterwards.
func (j *journey) pass(ctx context.Context) error {
	switch j.way {
	case wayRepeat:
		return nil
	case wayExcepted:
		if err := j.excepted(ctx, "configure", "configure.budget"); err != nil {
			return err
		}
		if err := j.move(ctx, "configure"); err != nil {
			return err
		}
		_, err := j.must(ctx, "sales", http.MethodPatch, j.dealPath(), fields{"budget": true})
		return err
	}
	return j.move(ctx, "configure")
}

// excepted asks for an exception from a clause and has it granted.
func (j *journey) excepted(ctx context.Context, stage, clause string) error {
	a, err := j.send(ctx, "sales", http.MethodPost, j.dealPath()+"/transitions", fields{"to": stage})
	if err != nil {
		return err
	}
	if a.code != "gate_refused" {
		return fmt.Errorf("the gate of %s let pass what needs an exception: %s", stage, a)
	}
	if a, err = j.double(ctx, "sales", j.dealPath()+"/exceptions", fields{"key": stage, "clauses": []string{clause}, "reason": "He tells us on Monday"}); err != nil {
		return err
	}
	j.exception = crm.ID(a.params["exception"])
	_, err = j.rivals(ctx, "manager", "/api/v1/exceptions/"+string(j.exception)+"/grant", fields{"note": "This once"}, "already_decided")
	return err
}

// handOver has production answer for the machine of a line, before the deal may go on.
func (j *journey) handOver(ctx context.Context, line crm.ID) error {
	needed := crm.DateOf(j.h.now().AddDate(0, 6, 0), j.h.now().Location())
	a, err := j.double(ctx, "sales", j.dealPath()+"/hand-offs", fields{"key": "production", "line_id": line, "specification": "3 m long, stainless", "needed_by": needed})
	if err != nil {
		return err
	}
	j.handOff = crm.ID(a.params["hand_off"])
	path := "/api/v1/hand-offs/" + string(j.handOff)
	if _, err := j.must(ctx, "projects", http.MethodPost, path+"/take", nil); err != nil {
		return err
	}
	_, err = j.rivals(ctx, "projects", path+"/complete", fields{"feasible": true, "delivery_date": needed.AddDays(-30), "unit_cost": "30500", "answer": "Needs the drawing"}, "transition_not_allowed")
	return err
}
