package api

import "time"

// pipelinesAge is how long the pipelines of open deals are known: to find them every deal is looked at.
const pipelinesAge = 30 * time.Second

// usedPipelines are the pipelines that open deals went through, when the rules of a version were in force. A deal comes only into pipelines that the
// rules have, so under the same version others can only become fewer.
type usedPipelines struct {
	version int
	read    time.Time
	keys    []string
}

// pipelinesInUse are the pipelines of open deals; version is that of the rules in force.
func (r *request) pipelinesInUse(version int) ([]string, error) {
	if known := r.srv.pipelines.Load(); known != nil && known.version == version && time.Since(known.read) < pipelinesAge {
		return known.keys, nil
	}
	now := time.Now()
	keys, err := r.store.PipelinesInUse(r.ctx())
	if err == nil {
		r.srv.pipelines.Store(&usedPipelines{version, now, keys})
	}
	return keys, err
}
