package api

import (
	"context"
	"net/http"
	"time"
)

// getHealth says that the process lives and can answer.
func getHealth(r *request) error { return r.JSON(http.StatusOK, statusView{"ok"}) }

// getReady says whether requests can be served: the database answers.
func getReady(r *request) error {
	ctx, cancel := context.WithTimeout(r.ctx(), 2*time.Second)
	defer cancel()
	if err := r.store.Ping(ctx); err != nil {
		return later(codeStorageAway, 5*time.Second)
	}
	return r.JSON(http.StatusOK, statusView{"ok"})
}
