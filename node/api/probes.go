package api

import "net/http"

type liveAnswer struct {
	Alive bool `json:"alive"`
}

func (a *api) live(q *call) error { return q.reply(http.StatusOK, liveAnswer{true}) }

type readyAnswer struct {
	Ready   bool     `json:"ready"`
	Reasons []string `json:"reasons" nullable:"false" doc:"why not"`
}

func (a *api) ready(q *call) error {
	reasons := append([]string{}, a.Ready()...)
	status := http.StatusOK
	if len(reasons) > 0 {
		status = http.StatusServiceUnavailable
	}
	return q.reply(status, readyAnswer{status == http.StatusOK, reasons})
}

func (a *api) openAPI(q *call) error {
	q.Set("Content-Type", "application/json")
	return q.Send(a.document)
}
