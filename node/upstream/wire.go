package upstream

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/klauspost/compress/zstd"

	"gocua/store/civic"
	"gocua/store/command"
)

// PathParcel is where the province takes parcels.
const PathParcel = "/v1/parcel"

// Province is what a cluster knows of its province (setting "province").
type Province struct {
	Code  string   `json:"code"`
	Name  string   `json:"name"`
	Root  []byte   `json:"root"`  // DER
	Peers []string `json:"peers"` // host:port
}

// SettingProvince is the setting that names the province.
const SettingProvince = civic.SettingProvince

// RootCert is the province's pinned root.
func (p Province) RootCert() (*x509.Certificate, error) {
	cert, err := x509.ParseCertificate(p.Root)
	if err != nil {
		return nil, fmt.Errorf("upstream: the province's root: %w", err)
	}
	return cert, nil
}

// answer is what the province says to a parcel.
type answer struct {
	Receipt civic.Signed   `json:"receipt,omitzero"` // with behind_generation: for the last parcel of the lane
	Error   *command.Error `json:"error,omitempty"`
	Last    uint64         `json:"last,omitempty"` // with parcel_gap: the last parcel it holds
}

// wireLimit bounds a parcel or an answer on the wire, bytes.
const wireLimit = 1 << 20

// Post sends one parcel with a client that speaks to the province. With the error
// behind_generation comes the receipt for the last parcel of an earlier generation.
func Post(ctx context.Context, client *http.Client, base string, p civic.ReceiveParcel) (receipt civic.Signed, last uint64, err error) {
	raw, err := json.Marshal(p)
	if err != nil {
		return receipt, 0, fmt.Errorf("upstream: encoding: %w", err)
	}
	packed, err := pack(raw)
	if err != nil {
		return receipt, 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+PathParcel, bytes.NewReader(packed))
	if err != nil {
		return receipt, 0, fmt.Errorf("upstream: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Content-Encoding", "zstd")
	resp, err := client.Do(req)
	if err != nil {
		return receipt, 0, fmt.Errorf("upstream: %w", err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, wireLimit)) // to its end: the connection serves again
	if err != nil {
		return receipt, 0, fmt.Errorf("upstream: reading the answer: %w", err)
	}
	var a answer
	if err := json.Unmarshal(text, &a); err != nil {
		return receipt, 0, fmt.Errorf("upstream: reading the answer: %w", err)
	}
	if a.Error != nil {
		return a.Receipt, a.Last, a.Error
	}
	return a.Receipt, 0, nil
}

func pack(raw []byte) ([]byte, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(64<<10))
	if err != nil {
		return nil, fmt.Errorf("upstream: packing: %w", err)
	}
	return enc.EncodeAll(raw, nil), nil
}

func unpack(r io.Reader) ([]byte, error) {
	dec, err := zstd.NewReader(io.LimitReader(r, wireLimit), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(wireLimit))
	if err != nil {
		return nil, fmt.Errorf("upstream: unpacking: %w", err)
	}
	defer dec.Close()
	return io.ReadAll(io.LimitReader(dec, wireLimit))
}
