package crm

import "time"

// Absence is a time in which the assignment rules give somebody no leads (S066); both days are in it, as dates of the legal entity's zone.
type Absence struct {
	ID       ID
	UserID   ID
	FirstDay Date
	LastDay  Date
	Note     string
	MadeBy   ID
	MadeAt   time.Time
}

// MaxAbsence is how many days an absence may be long.
const MaxAbsence = 366
