package awsx

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"net/netip"
)

// block is a range of IPv4 addresses. Its address need not be the first of the range: the real package's legacy layout
// returns such blocks in rare cases, and EC2 refuses them.
type block struct {
	address uint32
	bits    int
}

func parseBlock(s string) (block, error) {
	prefix, err := netip.ParsePrefix(s)
	if err != nil || !prefix.Addr().Is4() {
		return block{}, fmt.Errorf("%q is not a valid IPv4 CIDR block", s)
	}
	address := prefix.Addr().As4()
	return block{binary.BigEndian.Uint32(address[:]), prefix.Bits()}, nil
}

func (b block) String() string { return fmt.Sprintf("%s/%d", b.dotted(b.address), b.bits) }

func (block) dotted(address uint32) string {
	return netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, address))).String()
}

func (b block) size() int     { return 1 << (32 - b.bits) }
func (b block) hosts() uint32 { return ^uint32(0) >> b.bits } // The bits that distinguish its addresses.
func (b block) first() uint32 { return b.address &^ b.hosts() }
func (b block) last() uint32  { return b.address | b.hosts() }

// host returns the last address that is not the broadcast address, as the real package writes ranges.
func (b block) host() string {
	if b.bits > 30 {
		return b.dotted(b.last())
	}
	return b.dotted(b.last() - 1)
}

func (b block) overlaps(other block) bool {
	return b.first() <= other.last() && other.first() <= b.last()
}
func (b block) holds(address uint32) bool { return b.first() <= address && address <= b.last() }

// next returns the block of the same size that follows b.
func (b block) next() block { return block{b.last() + 1, b.bits} }

// after returns the first block with the given prefix length that begins after b.
func (b block) after(bits int) block { return block{b.last(), bits}.next() }

// part returns the nth block whose prefix is newBits longer than b's.
func (b block) part(newBits, n int) (block, error) {
	if b.bits+newBits > 32 {
		return block{}, fmt.Errorf("Requested %d new bits, but only %d are available.", newBits, 32-b.bits)
	}
	p := block{b.address, b.bits + newBits}
	for range n {
		p.address += p.hosts() + 1
	}
	return p, nil
}

// bitsFor returns the number of bits needed to distinguish n things.
func bitsFor(n int) int { return bits.Len(uint(max(n, 1) - 1)) }

// gaps returns the largest blocks that fill the range between two blocks.
func gaps(a, b block) []block {
	start, end := a, b
	if b.first() < a.first() {
		start, end = b, a
	}
	var found []block
	for previous, next := a, start.next(); next.first() < end.first(); previous, next = next, next.next() {
		for {
			wider := block{next.first(), next.bits - 1}
			if wider.holds(previous.last()) || wider.holds(end.first()) {
				break
			}
			next = wider
		}
		found = append(found, next)
	}
	return found
}
