package chaos

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"leadtocash/crm"
)

// undoWithin is how long an undo may take whose programs die, ERP and deal included.
const undoWithin = 6 * time.Minute

// undo takes the won deal back as a whole: a salesperson asks, two windows of a manager approve at once, and the plan runs to its end by itself (N15).
func (j *journey) undo(ctx context.Context) error {
	path := j.contractPath() + "/undo"
	if _, err := j.double(ctx, "sales", path, fields{"outcome": "reopen", "tells": true, "reason": "The plant is not built"}); err != nil {
		return err
	}
	if _, err := j.rivals(ctx, "manager", path+"/approve", fields{"note": "Agreed"}, "already_decided"); err != nil {
		return err
	}
	var at struct {
		Contract string `json:"contract"`
	}
	for begin := time.Now(); time.Since(begin) < undoWithin; time.Sleep(200 * time.Millisecond) {
		a, err := j.h.do(ctx, request{user: "manager", method: http.MethodGet, path: path})
		if err != nil {
			return err
		}
		if err := json.Unmarshal(a.body, &at); err != nil {
			return err
		}
		if at.Contract == crm.ContractUndone {
			return nil
		}
	}
	return fmt.Errorf("the undo has not ended after %v: the contract is %s", undoWithin, at.Contract)
}
