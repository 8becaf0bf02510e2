package rules

// Next is the stage that an open deal has before it: the next open one, or won; "" for a stage that the pipeline does not have or that is
// no open one.
func (s *Set) Next(stage string) string {
	i := s.position(stage)
	if i < 0 || s.pipeline.stages[i].Kind != StageOpen {
		return ""
	}
	if next := s.next(i); next >= 0 {
		return s.pipeline.stages[next].Key
	}
	return ""
}
