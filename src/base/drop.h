/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every reason for which a packet or message is dropped, in one list: a counter each, shown by
 * `netmip4 show drops`. Also read by the BPF programs, so nothing but the preprocessor is used
 * until the end of the list.
 */
#ifndef NETMIP4_BASE_DROP_H
#define NETMIP4_BASE_DROP_H

/* X(symbol, "name", "what it means, for a person") */
#define DROP_REASONS(X)                                                                            \
	/* data plane, either direction */                                                         \
	X(TRUNCATED, "truncated", "shorter than its headers say")                                  \
	X(TUNNEL_UNKNOWN, "tunnel-unknown", "tunnelled packet from no tunnel of ours")             \
	X(SOURCE_WRONG, "source-wrong", "inner source does not belong to the tunnel's binding")    \
	X(SOURCE_BOGUS, "source-bogus", "inner source that RFC 4213 3.6 forbids")                  \
	X(HOP_LIMIT, "hop-limit", "hop limit exhausted")                                           \
	X(TOO_BIG, "too-big", "larger than the tunnel; Packet Too Big sent or rate-limited")       \
	X(NO_ROUTE, "no-route", "no route for the packet after or before the tunnel")              \
	X(PUNT_LIMITED, "punt-limited", "needed the daemon, over the rate limit of its source")    \
	X(PUNT_FULL, "punt-full", "needed the daemon, ring buffer full")                           \
	X(ADJUST, "adjust", "the kernel refused to change the packet's headers")                   \
	X(ADDRESS_TENTATIVE, "address-tentative", "to an address whose DAD is running")            \
	X(NOT_PPP, "not-ppp", "IPv6 outside of PPP, at a port where hosts speak PPP")              \
	/* Mobile IPv4 signalling */                                                               \
	X(MESSAGE_MALFORMED, "message-malformed", "not a Mobile IPv4 message, or lengths wrong")   \
	X(MESSAGE_UNKNOWN, "message-unknown", "Mobile IPv4 message type that no role here takes")  \
	X(EXTENSION_UNKNOWN, "extension-unknown", "non-skippable extension not known")             \
	X(EXTENSION_ORDER, "extension-order", "extensions in an order RFC 5944 3.6.1.3 forbids")   \
	X(AUTH_MISSING, "auth-missing", "no authorization-enabling extension")                     \
	X(SA_UNKNOWN, "sa-unknown", "no security association for this peer and SPI")               \
	X(AUTH_WRONG, "auth-wrong", "authenticator does not match")                                \
	X(REPLAY, "replay", "identification already used or not newer")                            \
	X(REPLY_UNEXPECTED, "reply-unexpected", "reply that answers no request outstanding")       \
	X(REVOCATION_UNKNOWN, "revocation-unknown", "revocation or ack for no binding of ours")    \
	X(ROLE_WRONG, "role-wrong", "revocation from the wrong kind of agent (A bit)")             \
	X(NAI_MISSING, "nai-missing", "no NAI and no home address to know the mobile node by")     \
	X(RATE_LIMITED, "rate-limited", "answer held back by a rate limit")                        \
	/* neighbour discovery and access link */                                                  \
	X(ND_MALFORMED, "nd-malformed", "fails a receive check of RFC 4861 6.1 or 7.1")            \
	X(ND_IGNORED, "nd-ignored", "neighbour discovery that is not for us to answer")            \
	X(FRAME_MALFORMED, "frame-malformed", "not an IPv6 packet, or lengths wrong")              \
	X(LINK_UNKNOWN, "link-unknown", "from an interface that is no access port of ours")        \
	X(HOLD_DOWN, "hold-down", "late frame of a host that was revoked or refused")              \
	X(BUFFER_FULL, "buffer-full", "waiting packets over a limit")                              \
	X(ATTACHMENTS_FULL, "attachments-full", "no room for another host on this port")           \
	X(CARE_OF_EXHAUSTED, "care-of-exhausted", "no care-of address free")                       \
	X(LINK_IGNORED, "link-ignored", "for the access link itself, of no use to a router")       \
	X(IDENTITY, "identity", "host whose name would be too long to register")                   \
	X(NOT_REGISTERED, "not-registered", "waiting packet whose registration failed")            \
	/* DHCPv6 (RFC 8415 16) */                                                                 \
	X(DHCP6_MALFORMED, "dhcp6-malformed", "not a DHCPv6 message, or lengths wrong")            \
	X(DHCP6_UNKNOWN, "dhcp6-unknown", "DHCPv6 message type not known")                         \
	X(DHCP6_NOT_TO_SERVERS, "dhcp6-not-to-servers", "message of a server, not to one")         \
	X(DHCP6_CLIENT_ID, "dhcp6-client-id", "client identifier missing")                         \
	X(DHCP6_SERVER_ID, "dhcp6-server-id", "server identifier missing, or where none may be")   \
	X(DHCP6_OTHER_SERVER, "dhcp6-other-server", "to another server")                           \
	X(DHCP6_IA, "dhcp6-ia", "asks for addresses in an Information-request")                    \
	X(DHCP6_RELAYED, "dhcp6-relayed", "passed on by a relay agent; hosts are asked directly")  \
	X(DHCP6_SOURCE, "dhcp6-source", "client's address is not link-local")                      \
	X(DHCP6_CONFIRM, "dhcp6-confirm", "confirms no address")                                   \
	X(DHCP6_UNICAST, "dhcp6-unicast", "sent to a unicast address")                             \
	X(DHCP6_USE_MULTICAST, "dhcp6-use-multicast", "the same; answered with UseMulticast")      \
	/* PPPoE (RFC 2516) and PPP (RFC 1661) */                                                  \
	X(PPPOE_MALFORMED, "pppoe-malformed", "not a PPPoE packet, or lengths or tags wrong")      \
	X(PPPOE_IGNORED, "pppoe-ignored", "PPPoE that is not a host's, or while stopping")         \
	X(PPPOE_SERVICE, "pppoe-service", "asks for a service that is not offered here")           \
	X(PPPOE_COOKIE, "pppoe-cookie", "request without the cookie of our offer")                 \
	X(PPPOE_SESSION, "pppoe-session", "of no session of that host on that port")               \
	X(SESSIONS_FULL, "sessions-full", "no session for another request of host or port")        \
	X(PPP_MALFORMED, "ppp-malformed", "not a PPP packet, or lengths wrong")                    \
	X(PPP_EARLY, "ppp-early", "before its phase: authentication, or IPv6CP opened")            \
	X(PPP_UNEXPECTED, "ppp-unexpected", "answers nothing that was asked, or came again")       \
	X(PPP_LOOPED, "ppp-looped", "our own PPP packets came back: magic number")                 \
	X(PPP_PROTOCOL, "ppp-protocol", "PPP protocol not known; rejected")                        \
	/* resources */                                                                            \
	X(BINDINGS_FULL, "bindings-full", "binding cache full; denied with 130")                   \
	X(ADDRESSES_FULL, "addresses-full", "too many addresses of one host or in all")            \
	X(MTU_REPORT_BAD, "mtu-report-bad", "ICMPv4 fragmentation needed that quotes no tunnel")   \
	X(POOL_EXHAUSTED, "pool-exhausted", "no home address free; denied with 130")               \
	X(STORE_FAILED, "store-failed", "batch not stored and not done, or denied with 130 since") \
	X(SEND_FAILED, "send-failed", "the kernel refused to send")                                \
	X(DATAPLANE_FAILED, "dataplane-failed", "a data-plane entry could not be written")

enum drop {
#define X(sym, name, text) DROP_##sym,
	DROP_REASONS(X)
#undef X
		DROP_MAX
};

#ifndef __bpf__
extern const char *const drop_names[DROP_MAX];
extern const char *const drop_texts[DROP_MAX];
#endif

#endif
