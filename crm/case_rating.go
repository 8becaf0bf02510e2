package crm

import "time"

// CaseRating is how satisfied a customer is with one solution of his case (S086).
type CaseRating struct {
	ID         ID
	CaseID     ID
	Solution   int // which one of the case
	OwnerID    ID  // who solved it
	AskedAt    time.Time
	RemindedAt *time.Time
	Stars      int // 1 to 5; 0: not answered
	Words      string
	AnsweredAt *time.Time
	Told       bool // a manager was told
}

// The bounds of a rating, and up to which one a manager is told.
const (
	LeastStars = 1
	MostStars  = 5
	PoorStars  = 2
)

// PoorRatingDays is within how many working days somebody gets in touch with a customer who is not satisfied.
const PoorRatingDays = 2

// RemindRatingAfter is how many working days after the solution a customer who did not answer is asked once more. A case that closed meanwhile is past it.
const RemindRatingAfter = 3
