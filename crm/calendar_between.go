package crm

import "time"

// maxSpan bounds the span over which working time is counted: ten years.
const maxSpan = 10 * 366 * 24 * time.Hour

// WorkingTime is how much working time lies between two instants; nothing when the second is not after the first. It is what
// AddWorkingHours adds. Of a span of more than ten years the first ten are counted.
func (c Calendar) WorkingTime(from, to time.Time) (sum time.Duration) {
	if to.Sub(from) > maxSpan {
		to = from.Add(maxSpan)
	}
	last := c.Today(to)
	for day := c.Today(from); !day.After(last); day = day.AddDays(1) {
		for _, h := range c.hours(day) {
			start, end := c.at(day, h.From), c.at(day, h.To)
			if start.Before(from) {
				start = from
			}
			if end.After(to) {
				end = to
			}
			sum += max(end.Sub(start), 0)
		}
	}
	return sum
}
