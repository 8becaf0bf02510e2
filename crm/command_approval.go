package crm

// The commands around the approval of an order, beside the yes and the no (S079).
const (
	OrderAsk      = "order.ask"      // the approver's question back; the clock stands still until it is answered
	OrderAnswer   = "order.answer"   // of who asked for the approval
	OrderRecall   = "order.recall"   // by who asked for the approval, before it was decided
	OrderUndo     = "order.undo"     // a decision, before anything followed from it
	OrderEscalate = "order.escalate" // a station whose time is over, by the clock
)

// OrderAskFields are the fields of order.ask.
type OrderAskFields struct {
	OrderID  ID     `json:"order_id"`
	Question string `json:"question"`
	Version  int    `json:"version,omitempty"` // of the order as the approver saw it; 0: not checked
}

// OrderAnswerFields are the fields of order.answer.
type OrderAnswerFields struct {
	OrderID    ID     `json:"order_id"`
	QuestionID ID     `json:"question_id"`
	Answer     string `json:"answer"`
}

// OrderStation names a station of an order's route; it holds the fields of order.escalate.
type OrderStation struct {
	OrderID  ID  `json:"order_id"`
	Round    int `json:"round"`
	Position int `json:"position"`
}
