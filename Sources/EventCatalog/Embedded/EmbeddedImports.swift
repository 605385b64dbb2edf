// swift-format-ignore-file
/// The mappings of schemas/imports: written by tools/embed, never by hand.
package enum EmbeddedImports {
  /// File name and text, in the order of the names.
  package static let files: [(name: String, text: String)] = [
    ("adobe-consents.yaml", #"""
# Consents and preferences of Adobe XDM in exported profiles, one a line: `consents/marketing/CHANNEL/val`.
#
# Customers are found by the first e-mail address of the identity map; telephone channels of people who are known by an
# e-mail address only are not read. `n` and `dn` are a no, `y` and `dy` a yes, which no import can say. `p` and `u` inform,
# and `LI`, `CT`, `CP`, `VI`, `PI` name a legal basis.
mapping: adobe-consents
about: "Profiles with consents of Adobe XDM, one a line"
reads:
  format: ndjson

subject: {byAddress: {column: /identityMap/Email/0/id, normalise: email}}
time: {column: [/consents/marketing/email/time, /consents/metadata/time], instant: rfc3339}

quarantine:
  - when: {column: /consents/marketing/email/val, in: ["y", "dy"]}
    claims: {purpose: marketing, topic: "*", channel: email}
  - when: {column: /consents/marketing/any/val, in: ["y", "dy"]}
    claims: {purpose: marketing, topic: "*", channel: "*"}
unmatched:
  skip: "the profile says neither yes nor no to e-mail"

events:
  - type: optout.recorded
    when: {column: /consents/marketing/email/val, in: ["n", "dn"]}
    data: {purpose: marketing, topic: "*", channel: email, contactPoint: {pointOf: subject}, route: import}
  - type: optout.recorded
    when: {column: /consents/marketing/any/val, in: ["n", "dn"]}
    data: {purpose: marketing, topic: "*", channel: "*", contactPoint: "*", route: import}

"""#),
    ("bank-contacts.yaml", #"""
# Telephone contacts of a bank with their outcome (UCI Bank Marketing, bank.csv).
# A row is a client: the file has no numbers for them.
#
# Not imported: age, job, marital status, education, default, balance, housing and loan. They describe people, and no
# need asks for them.
mapping: bank-contacts
about: "Calls of a bank to its clients in this campaign and before, and what they answered"
reads:
  format: delimited
  separator: semicolon

subject: anonymous
# Day and month of the last call; the file has no year. Its calls were made from May 2008 to November 2010, and 2009 is
# the one year that lies within as a whole. Of the other calls of the campaign only their number is known: they carry
# the day of the last, by which they had been made.
time: {template: "{day}-{month}", instant: d-MMM, year: 2009, zone: UTC}

events:
  # Calls of earlier campaigns. The file says how many days before the last call of this campaign the last of them was.
  - type: contact.sent
    name: earlier
    when: {column: previous, notEquals: "0"}
    repeat: {column: previous}
    time:
      template: "{day}-{month}"
      instant: d-MMM
      year: 2009
      zone: UTC
      daysBefore: pdays
    data:
      department: marketing
      purpose: marketing
      topic: products.term-deposit
      channel: voice.live
      contactPoint: none
      class: marketing
      campaignId: bank-earlier

  # `other` says only that it was neither: no answer is stated then.
  - type: contact.responded
    when: {column: poutcome, in: [success, failure]}
    cause: earlier
    time:
      template: "{day}-{month}"
      instant: d-MMM
      year: 2009
      zone: UTC
      daysBefore: pdays
    data:
      sendEventId: {idOf: earlier}
      response: {column: poutcome, map: {success: bought, failure: declined}}

  # All calls of this campaign but the last.
  - type: contact.sent
    repeat: {column: campaign, less: 1}
    data:
      department: marketing
      purpose: marketing
      topic: products.term-deposit
      channel: voice.live
      contactPoint: none
      class: marketing
      campaignId: bank-term-deposit

  # The last one, of which the kind of telephone and the length are known.
  - type: contact.sent
    name: last
    data:
      department: marketing
      purpose: marketing
      topic: products.term-deposit
      channel:
        column: contact
        map: {cellular: voice.live.cellular, telephone: voice.live.telephone, unknown: voice.live}
      contactPoint: none
      class: marketing
      campaignId: bank-term-deposit
      duration: {column: duration, duration: seconds}

  - type: contact.responded
    cause: last
    data:
      sendEventId: {idOf: last}
      response: {column: y, map: {"yes": bought, "no": declined}}

"""#),
    ("braze-subscribers.yaml", #"""
# Users as Braze exports them, one a line: `email_subscribe` is the state of the e-mail subscription.
mapping: braze-subscribers
about: "Users with their e-mail subscription as Braze exports them, one a line"
reads:
  format: ndjson

subject: {byAddress: {column: /email, normalise: email}}
time: {column: [/email_unsubscribed_at, /email_opted_in_at, /created_at], instant: rfc3339}

quarantine:
  - when: {column: /email_subscribe, in: [subscribed, opted_in]}
    claims: {purpose: marketing, topic: "*", channel: email}
unmatched:
  skip: "the user has no e-mail subscription"

events:
  - type: optout.recorded
    when: {column: /email_subscribe, equals: unsubscribed}
    data: {purpose: marketing, topic: "*", channel: email, contactPoint: {pointOf: subject}, route: import}

"""#),
    ("cdnow-sample.yaml", #"""
# Purchases of a sample of CDNOW's new customers, 1997-01 to 1998-06 (CDNOW_sample.txt):
# master id, sample id, date, CDs, dollars; padded with blanks, no header.
mapping: cdnow-sample
about: "CDNOW purchases: one order a line, known by its count of CDs and its sum"
reads:
  format: delimited
  separator: blanks
  quote: none
  header: no
  columns: [master, customer, date, cds, dollars]

# The sample's own number, the second column, with its leading zeros.
subject: "{customer}"
# Days only: each begins at midnight.
time: {column: date, instant: yyyyMMdd, zone: UTC}

events:
  - type: order.completed
    data:
      # The file has no order numbers, and equal rows are purchases of their own.
      orderId: "{@file}-{@line}"
      lines:
        - quantity: {column: cds, as: integer}
      total: {column: dollars, money: USD}

"""#),
    ("cfpb-complaints.yaml", #"""
# Complaints that consumers sent to the US Consumer Financial Protection Bureau (complaints.csv of its database).
#
# Not imported: state, ZIP code and tags (they describe people, and no need asks for them), sub-product and sub-issue,
# the company's public answer, and whether it answered in time.
mapping: cfpb-complaints
about: "CFPB consumer complaints: opened, and how the company closed them"
reads:
  format: delimited
  separator: comma

# The database does not say who complained: each complaint is somebody's own.
subject: anonymous
# Days only: each begins at midnight.
time: {column: Date received, instant: yyyy-MM-dd, zone: UTC}

events:
  - type: complaint.opened
    name: complaint
    data:
      complaintId: {column: Complaint ID, as: id}
      channel:
        column: Submitted via
        map:
          Web: inapp.web
          Phone: voice
          Postal mail: post
          Fax: post.fax
          Referral: none.referral
          Web Referral: none.referral
          Email: email
      topic:
        column: Product
        # The bureau renames its products from time to time.
        ifUnknown: {use: financial}
        map:
          Checking or savings account: financial.account
          Credit card: financial.card
          Credit card or prepaid card: financial.card
          Prepaid card: financial.card
          Credit reporting: financial.credit-report
          Credit reporting, credit repair services, or other personal consumer reports: financial.credit-report
          Credit reporting or other personal consumer reports: financial.credit-report
          Debt collection: financial.debt-collection
          Debt or credit management: financial.debt-management
          Money transfer, virtual currency, or money service: financial.money-transfer
          Mortgage: financial.mortgage
          Payday loan, title loan, or personal loan: financial.loan
          Payday loan, title loan, personal loan, or advance loan: financial.loan
          Student loan: financial.student-loan
          Vehicle loan or lease: financial.vehicle-loan
      product: "{Product}"
      issue: "{Issue}"
      company: "{Company}"
      # Only with the consumer's consent, whatever the file holds.
      text:
        column: Consumer complaint narrative
        when: {column: "Consumer consent provided?", equals: Consent provided}
        ifEmpty: absent

  # `In progress` and `Untimely response` close nothing. The day of closing is not published; the complaint cannot have
  # been closed before it reached the company.
  - type: complaint.resolved
    when: {column: Company response to consumer, startsWith: Closed}
    cause: complaint
    time: {column: Date sent to company, instant: yyyy-MM-dd, zone: UTC}
    data:
      complaintId: {column: Complaint ID, as: id}
      remedy:
        column: Company response to consumer
        map:
          Closed: none
          Closed without relief: none
          Closed with explanation: none
          Closed with monetary relief: refund
          Closed with non-monetary relief: other
          Closed with relief: other
      # N/A: nobody asked.
      customerAgrees:
        column: "Consumer disputed?"
        ifEmpty: absent
        map: {"Yes": false, "No": true, N/A: ~}

"""#),
    ("cloudevents.yaml", #"""
# Events in the JSON format of CloudEvents 1.0, one a line, with the types of this ledger. They keep their source, id
# and time; the import becomes their actor.
mapping: cloudevents
about: "CloudEvents envelopes, one a line, with the ledger's own event types"
reads:
  format: ndjson
  # No attribute of an envelope is an object, so a member `event` that is one wraps it.
  records: [/event, ""]

events: asTheyAre

"""#),
    ("consent-list.yaml", #"""
# A list of addresses with what each person said, as senders of e-mail export it: columns `email`, `status` and `changed`
# (RFC 3339). Further columns are not read.
#
# Only a no is taken in. A yes needs its own evidence and a member of staff who answers for it: such a row is set aside,
# with the no that it would have undone. Words that say neither are left out.
mapping: consent-list
about: "A list of e-mail addresses, each subscribed or unsubscribed: email, status, changed"
reads:
  format: delimited
  separator: comma
  trim: yes

subject: {byAddress: {column: email, normalise: email}}
time: {column: changed, instant: rfc3339}

skip:
  - when: {column: status, in: [unconfirmed, pending, unknown, acknowledge]}
    because: "the status says neither yes nor no"

quarantine:
  - when: {column: status, in: [subscribed, opted_in, opt_in, confirmed, granted, GRANTED, "yes"]}
    claims: {purpose: marketing, topic: "*", channel: email}

events:
  - type: optout.recorded
    when:
      column: status
      in: [unsubscribed, opted_out, opt_out, blocklisted, cleaned, denied, DENIED, REVOKED, withdrawn, "no"]
    data:
      purpose: marketing
      topic: "*"
      channel: email
      contactPoint: {pointOf: subject}
      route: import

"""#),
    ("fides-preferences.yaml", #"""
# Privacy preferences as Fides saves them, one a line: `preference` of the person with `email`.
#
# Notices of Fides have no purpose of ours: a no counts for marketing as a whole.
mapping: fides-preferences
about: "Privacy preferences of Fides, one a line"
reads:
  format: ndjson

subject: {byAddress: {column: /email, normalise: email}}
time: {column: [/created_at, /updated_at], instant: rfc3339}

skip:
  - when: {column: /preference, equals: acknowledge}
    because: "the notice was seen, which says neither yes nor no"
quarantine:
  - when: {column: /preference, in: [opt_in, tcf]}
    claims: {purpose: marketing, topic: "*", channel: email}

events:
  - type: optout.recorded
    when: {column: /preference, equals: opt_out}
    data: {purpose: marketing, topic: "*", channel: email, contactPoint: {pointOf: subject}, route: import}

"""#),
    ("hillstrom.yaml", #"""
# An e-mail experiment with two mailings and a control group (Hillstrom's challenge of March 2008).
# A row is a customer: the file has no numbers for them, and equal rows are different people.
#
# Not imported: recency, past spend, its segment, the kinds of goods bought, newcomer, channel of earlier purchases and
# ZIP code class. They describe people, no need asks for them, and no event states them.
mapping: hillstrom
about: "Hillstrom's e-mail experiment: arm, mailing, visit and purchase of each customer"
reads:
  format: delimited
  separator: comma

subject: anonymous
# The file has no dates. The challenge was set on 2008-03-20 and speaks of the two weeks after the mailing: the mailing
# is dated to the first of the month, and what followed to the end of the two weeks.
time: "2008-03-01T00:00:00Z"

events:
  - type: experiment.assigned
    data:
      experimentId: hillstrom-2008
      campaignId: hillstrom-2008
      arm:
        column: segment
        map: {Mens E-Mail: mens, Womens E-Mail: womens, No E-Mail: control}

  - type: contact.sent
    name: mailing
    when: {column: segment, notEquals: No E-Mail}
    data:
      department: marketing
      purpose: marketing
      topic: {column: segment, map: {Mens E-Mail: products.mens, Womens E-Mail: products.womens}}
      channel: email
      contactPoint: none
      class: marketing
      campaignId: hillstrom-2008
      cell: {column: segment, map: {Mens E-Mail: mens, Womens E-Mail: womens}}

  - type: contact.responded
    when:
      - {column: segment, notEquals: No E-Mail}
      - {column: visit, equals: "1"}
    time: "2008-03-15T00:00:00Z"
    cause: mailing
    data:
      sendEventId: {idOf: mailing}
      response: visited

  # Arms can be compared only by what is recorded alike in all of them. The control group has no mailing to respond to,
  # so the visit of everyone is also an observation of its own. Which pages were seen is unknown: `website` stands for
  # the whole.
  - type: product.viewed
    when: {column: visit, equals: "1"}
    time: "2008-03-15T00:00:00Z"
    data:
      sku: website
      topic: general
      surface: web
      purpose: analysis

  - type: order.completed
    when: {column: conversion, equals: "1"}
    time: "2008-03-15T00:00:00Z"
    data:
      orderId: "{@file}-{@line}"
      # What was bought is unknown, only for how much.
      lines:
        - quantity: 1
      total: {column: spend, money: USD}

"""#),
    ("listmonk-subscribers.yaml", #"""
# Subscribers as listmonk's API lists them. Whoever is on the blocklist, or has unsubscribed from a list, said no; lists
# have no topic here, so that a no counts for all of them.
mapping: listmonk-subscribers
about: "Subscribers of listmonk, as its API lists them"
reads:
  format: json
  records: [/data/results, ""]

subject: {byAddress: {column: /email, normalise: email}}
time: {column: /updated_at, instant: rfc3339}

quarantine:
  - repeat: {each: /lists}
    when: {column: /subscription_status, equals: confirmed}
    subject: {byAddress: {column: record/email, normalise: email}}
    claims: {purpose: marketing, topic: "*", channel: email}
unmatched:
  skip: "the subscriber says neither yes nor no"

events:
  - type: optout.recorded
    when: {column: /status, equals: blocklisted}
    data: {purpose: marketing, topic: "*", channel: email, contactPoint: {pointOf: subject}, route: import}
  - type: optout.recorded
    repeat: {each: /lists}
    when: {column: /subscription_status, equals: unsubscribed}
    subject: {byAddress: {column: record/email, normalise: email}}
    data: {purpose: marketing, topic: "*", channel: email, contactPoint: {pointOf: subject}, route: import}

"""#),
    ("onetrust-receipts.yaml", #"""
# Consent receipts of OneTrust, one a line: each purpose has the date of its consent or of its withdrawal.
#
# OneTrust's purposes have no name of ours: a withdrawal counts for marketing as a whole. The date of an interaction informs.
mapping: onetrust-receipts
about: "Consent receipts of OneTrust, one a line"
reads:
  format: ndjson

id: {column: /receiptId, ifEmpty: absent}
subject: {byAddress: {column: /identifier, normalise: email}}
time: {column: /interactionDate, instant: rfc3339}

quarantine:
  - repeat: {each: /purposes}
    when: [{column: /consentDate, present: yes}, {column: /withdrawnDate, empty: yes}]
    subject: {byAddress: {column: record/identifier, normalise: email}}
    claims: {purpose: marketing, topic: "*", channel: email}
unmatched:
  skip: "the receipt says neither yes nor no"

events:
  - type: optout.recorded
    repeat: {each: /purposes}
    when: {column: /withdrawnDate, present: yes}
    subject: {byAddress: {column: record/identifier, normalise: email}}
    time: {column: /withdrawnDate, instant: rfc3339}
    data: {purpose: marketing, topic: "*", channel: email, contactPoint: {pointOf: subject}, route: import}

"""#),
    ("online-retail.yaml", #"""
# Invoice lines of a gift shop (UCI Online Retail II), with cancellations.
mapping: online-retail
about: "Invoice lines of a shop: one order or one cancellation an invoice, and the customer's country"
reads:
  format: delimited
  separator: comma
# The lines of an invoice need not lie together.
groupBy: "{Invoice}"

# An invoice without customer was sold to nobody known.
subject: {column: Customer ID, ifEmpty: anonymous}
# London's clock in winter is UTC. For a file that reaches into summer copy this mapping with zone "+01:00" for those
# months.
time: {column: InvoiceDate, instant: "yyyy-MM-dd HH:mm:ss", zone: UTC}

events:
  - type: order.completed
    when: {not: {column: Invoice, startsWith: C}}
    data:
      orderId: {column: Invoice, as: id}
      # The product's name stays out: an invoice has up to 580 lines, and the SKU says the same in less room.
      lines:
        each: rows
        give:
          sku: {column: StockCode, as: id}
          quantity: {column: Quantity, as: integer}
          unitPrice: {column: Price, money: GBP}
      total: {sum: Quantity, times: Price, money: GBP}

  # An invoice that starts with C takes goods back. Its quantities are negative there; an event says positively what was
  # taken back.
  - type: order.cancelled
    when: {column: Invoice, startsWith: C}
    data:
      cancellationId: {column: Invoice, as: id}
      lines:
        each: rows
        give:
          sku: {column: StockCode, as: id}
          quantity: {column: Quantity, as: integer, negate: yes}
          unitPrice: {column: Price, money: GBP}
      total: {sum: Quantity, times: Price, money: GBP, negate: yes}

  # The first invoice of a customer in the file says where she is.
  - type: customer.registered
    when: {column: Customer ID, present: yes}
    once: "{Customer ID}"
    data:
      # Some are firms; the file does not say which. A person is the more careful guess.
      kind: person
      country:
        column: Country
        # `Channel Islands`, `Unspecified` and the like are no country of ISO 3166.
        ifUnknown: absent
        map:
          Australia: AU
          Austria: AT
          Bahrain: BH
          Belgium: BE
          Bermuda: BM
          Brazil: BR
          Canada: CA
          Cyprus: CY
          Czech Republic: CZ
          Denmark: DK
          EIRE: IE
          Finland: FI
          France: FR
          Germany: DE
          Greece: GR
          Hong Kong: HK
          Iceland: IS
          Israel: IL
          Italy: IT
          Japan: JP
          Korea: KR
          Lebanon: LB
          Lithuania: LT
          Malta: MT
          Netherlands: NL
          Nigeria: NG
          Norway: "NO"
          Poland: PL
          Portugal: PT
          RSA: ZA
          Saudi Arabia: SA
          Singapore: SG
          Spain: ES
          Sweden: SE
          Switzerland: CH
          Thailand: TH
          USA: US
          United Arab Emirates: AE
          United Kingdom: GB

"""#),
    ("segment.yaml", #"""
# Calls of the Segment spec, one a line, as its sources and warehouses write them.
#
# Read: identify, alias, and the track calls that say what the ledger has a type for. A call needs its time: sources put
# it into `timestamp`, and a call without one cannot be placed in anybody's history.
mapping: segment
about: "Segment calls (identify, alias, track), one a line"
reads:
  format: ndjson
  # No call has a member `payload`; archives wrap calls in it.
  records: [/payload, ""]

# Segment gives every call a number of its own; a call without one is named after its line.
id: {template: "{/messageId}-{/type}", ifEmpty: absent}
# A login that is an e-mail address is refused: give Segment a number of your own.
subject: {column: [/userId, /user_id, /anonymousId]}
time: {column: [/timestamp, /originalTimestamp, /sentAt, /receivedAt], instant: rfc3339}

skip:
  - when: {column: /type, in: [page, screen]}
    because: "a page or screen was looked at, which serves no need here"
  - when: {column: /type, equals: group}
    because: "membership of a group has no event type"
unmatched:
  skip: "a track call that no event type states"

# Of a consent only the no is taken in (below): a yes needs evidence that this call does not carry.
quarantine:
  - when:
      - {column: /event, equals: Segment Consent Preference Updated}
      - {column: /context/consent/categoryPreferences/Advertising, equals: "true"}
    claims: {purpose: marketing, topic: "*", channel: "*"}

events:
  - type: customer.registered
    when: {column: /type, equals: identify}
    data:
      kind: person
      name: {column: /traits/name, ifEmpty: absent}

  - type: contactpoint.added
    when: [{column: /type, equals: identify}, {column: /traits/email, present: yes}]
    data:
      contactPointId: {template: "segment-{@file}-{@line}-email", as: id}
      kind: email
      channels: [email]
      value: {column: /traits/email, normalise: email}
      ownership: unknown
      addedBy: import

  - type: contactpoint.added
    when: [{column: /type, equals: identify}, {column: /traits/phone, startsWith: +}]
    data:
      contactPointId: {template: "segment-{@file}-{@line}-phone", as: id}
      kind: phone
      channels: [voice, sms]
      value: {column: /traits/phone, normalise: phone}
      ownership: unknown
      addedBy: import

  - type: identifier.linked
    when: {column: /type, equals: alias}
    data:
      idType: login
      value: {column: /previousId}
      assurance: claimed

  - type: product.viewed
    when: {column: /event, in: [Product Viewed, Viewed Product]}
    data:
      sku: {column: [/properties/sku, /properties/product_id, /properties/id], as: id}
      topic: general
      surface: web
      purpose: analysis

  - type: order.completed
    when: {column: /event, in: [Order Completed, Completed Order]}
    data:
      orderId: {column: [/properties/order_id, /properties/orderId], as: id}
      lines:
        each: /properties/products
        # A sale with no more than a sum has one line without SKU.
        ifEmpty: {use: [{quantity: 1}]}
        give:
          sku: {column: [/sku, /product_id, /id], as: id, ifEmpty: absent}
          label: {column: /name, ifEmpty: absent}
          quantity: {column: /quantity, as: integer, ifEmpty: {use: 1}}
          unitPrice: {column: /price, money: {column: record/properties/currency}, ifEmpty: absent}
      total:
        column: [/properties/total, /properties/value, /properties/revenue]
        money: {column: /properties/currency}

  - type: order.refunded
    when: {column: /event, equals: Order Refunded}
    data:
      refundId: {template: "{@file}-{@line}", as: id}
      orderId: {column: [/properties/order_id, /properties/orderId], as: id}
      amount:
        column: [/properties/total, /properties/value, /properties/revenue]
        money: {column: /properties/currency}

  - type: order.cancelled
    when: {column: /event, equals: Order Cancelled}
    data:
      cancellationId: {template: "{@file}-{@line}", as: id}
      orderId: {column: [/properties/order_id, /properties/orderId], as: id}
      total:
        column: [/properties/total, /properties/value, /properties/revenue]
        money: {column: /properties/currency}
        ifEmpty: absent

  - type: contact.delivered
    when: {column: /event, equals: Email Delivered}
    data:
      messageId: {column: /properties/email_id}

  # Segment does not say whether it will ever arrive; `soft` claims less.
  - type: contact.bounced
    when: {column: /event, in: [Email Bounced, Push Notification Bounced]}
    data:
      messageId: {column: [/properties/email_id, /properties/message_id, /messageId]}
      bounce: soft

  - type: contact.responded
    when: {column: /event, in: [Email Link Clicked, Email Opened]}
    data:
      messageId: {column: /properties/email_id}
      response: {column: /event, map: {Email Link Clicked: clicked, Email Opened: opened}}

  # A spam complaint is a fact and has an effect.
  - type: contact.complained
    name: complained
    when: {column: /event, equals: Email Marked as Spam}
    data:
      messageId: {column: /properties/email_id}
      complainedTo: mailbox

  - type: optout.recorded
    when: {column: /event, equals: Email Marked as Spam}
    cause: complained
    data:
      purpose: marketing
      topic: "*"
      channel: email
      contactPoint: "*"
      route: spamComplaint

  # Lists have no topic here: a no counts for all of them.
  - type: optout.recorded
    when: {column: /event, equals: Unsubscribed}
    data:
      purpose: marketing
      topic: "*"
      channel: email
      contactPoint: "*"
      route: import

  # Of a consent only the no is taken in: a yes needs evidence that this call does not carry.
  - type: optout.recorded
    when:
      - {column: /event, equals: Segment Consent Preference Updated}
      - {column: /context/consent/categoryPreferences/Advertising, equals: "false"}
    data:
      purpose: marketing
      topic: "*"
      channel: "*"
      contactPoint: "*"
      route: import

"""#),
    ("shopify-orders.yaml", #"""
# What Shopify's Admin API and webhooks write: orders (with their refunds and customer), refunds, customers, disputes.
# Events are called after Shopify's own numbers, so that the same order in two files is one order.
#
# Consents are not imported, only an unsubscription: a yes needs evidence that these files do not carry.
mapping: shopify-orders
about: "Shopify orders, refunds, customers and disputes (JSON)"
reads:
  format: json
  # {"orders": […]}, {"refund": {…}}; a webhook's body is the thing itself.
  records: onlyMember

subject: {template: "shopify-{/customer/id}", ifEmpty: anonymous}
time: {column: [/processed_at, /created_at], instant: rfc3339}

skip:
  - when: {column: /test, equals: "true"}
    because: "a test order"

events:
  - type: order.completed
    name: order
    when: {column: /total_price, present: yes}
    id: "order-{/id}"
    data:
      orderId: "{/id}"
      lines:
        each: /line_items
        # A sale with no more than a sum has one line without SKU.
        ifEmpty: {use: [{quantity: 1}]}
        give:
          sku: {column: [/sku, /variant_id], as: id, ifEmpty: absent}
          label: {column: [/name, /title], ifEmpty: absent}
          quantity: {column: /quantity, as: integer}
          unitPrice: {column: /price, money: {column: record/currency}}
      total: {column: /total_price, money: {column: /currency}}

  # The money of a cancelled order stands in its refunds.
  - type: order.cancelled
    when: [{column: /total_price, present: yes}, {column: /cancelled_at, present: yes}]
    id: "order-{/id}-cancelled"
    time: {column: /cancelled_at, instant: rfc3339}
    cause: order
    data:
      cancellationId: "{/id}-cancelled"
      orderId: "{/id}"
      cancelledBy:
        column: /cancel_reason
        ifEmpty: absent
        ifUnknown: absent
        map: {customer: customer, inventory: company, fraud: company, declined: company, staff: company}

  # Refunds within an order. One that only puts goods back on the shelf moves no money.
  - type: order.refunded
    repeat: {each: /refunds}
    when: {column: /transactions/0/amount, present: yes}
    id: "refund-{/id}"
    time: {column: /created_at, instant: rfc3339}
    cause: order
    data:
      refundId: "{/id}"
      orderId: "{record/id}"
      amount:
        sum: /amount
        over: /transactions
        when: [{column: /kind, equals: refund}, {column: /status, equals: success}]
        money: {column: /transactions/0/currency}
      reason: {column: /note, ifEmpty: absent}

  # A refund by itself. Whose it is stands with its order.
  - type: order.refunded
    when: [{column: /order_id, present: yes}, {column: /transactions/0/amount, present: yes}]
    id: "refund-{/id}"
    time: {column: /created_at, instant: rfc3339}
    data:
      refundId: "{/id}"
      orderId: "{/order_id}"
      lines:
        each: /refund_line_items
        ifEmpty: absent
        give:
          sku: {column: [/line_item/sku, /line_item/variant_id], as: id, ifEmpty: absent}
          label: {column: [/line_item/name, /line_item/title], ifEmpty: absent}
          quantity: {column: /quantity, as: integer}
          unitPrice: {column: /line_item/price, money: {column: record/transactions/0/currency}}
      amount:
        sum: /amount
        over: /transactions
        when: [{column: /kind, equals: refund}, {column: /status, equals: success}]
        money: {column: /transactions/0/currency}
      reason: {column: /note, ifEmpty: absent}

  # The customer of an order, once in a file.
  - type: customer.registered
    when: {column: /customer/id, present: yes}
    once: "{/customer/id}"
    id: "customer-{/customer/id}"
    time: {column: /customer/created_at, instant: rfc3339}
    data:
      kind: person
      country: {column: /customer/default_address/country_code, ifEmpty: absent}

  # A customer by itself.
  - type: customer.registered
    when: [{column: /orders_count, present: yes}, {column: /created_at, present: yes}]
    once: "{/id}"
    id: "customer-{/id}"
    subject: "shopify-{/id}"
    time: {column: /created_at, instant: rfc3339}
    data:
      kind: person
      country: {column: /default_address/country_code, ifEmpty: absent}

  - type: contactpoint.added
    when: [{column: /orders_count, present: yes}, {column: /email, present: yes}]
    once: "{/id}"
    id: "customer-{/id}-email"
    subject: "shopify-{/id}"
    time: {column: /created_at, instant: rfc3339}
    data:
      contactPointId: "shopify-{/id}-email"
      kind: email
      channels: [email]
      value: {column: /email, normalise: email}
      ownership: unknown
      addedBy: import

  - type: optout.recorded
    when: {column: /email_marketing_consent/state, equals: unsubscribed}
    id: "customer-{/id}-unsubscribed"
    subject: "shopify-{/id}"
    time:
      column: [/email_marketing_consent/consent_updated_at, /updated_at]
      instant: rfc3339
    data:
      purpose: marketing
      topic: "*"
      channel: email
      contactPoint: "*"
      route: import

  # The customer told her bank, not us. The channel is that of a referral.
  - type: complaint.opened
    name: dispute
    when: [{column: /evidence_due_by, present: yes}, {column: /initiated_at, present: yes}]
    id: "dispute-{/id}"
    time: {column: /initiated_at, instant: rfc3339}
    data:
      complaintId: "shopify-dispute-{/id}"
      channel: none.referral
      topic: payments.dispute
      orderId: {column: /order_id, ifEmpty: absent}
      issue: {column: /reason, ifEmpty: absent}

  - type: complaint.resolved
    when: [{column: /finalized_on, present: yes}, {column: /status, in: [won, lost, charge_refunded, accepted]}]
    id: "dispute-{/id}-closed"
    time: {column: /finalized_on, instant: rfc3339}
    cause: dispute
    data:
      complaintId: "shopify-dispute-{/id}"
      remedy: {column: /status, map: {won: none, lost: refund, charge_refunded: refund, accepted: refund}}

"""#),
    ("snowplow-consents.yaml", #"""
# Consent events of Snowplow's enhanced consent plugin, one a line: `event_type` of the visitor with `user_id`.
#
# A login that is an e-mail address is refused: give Snowplow a number of your own.
mapping: snowplow-consents
about: "Consent events of Snowplow, one a line"
reads:
  format: ndjson

id: {column: /event_id, ifEmpty: absent}
subject: {column: [/user_id, /domain_userid]}
time: {column: [/derived_tstamp, /collector_tstamp], instant: rfc3339}

skip:
  - when: {column: /event_type, in: [pending, expired]}
    because: "the visitor said neither yes nor no"
quarantine:
  - when: {column: /event_type, in: [allow_all, allow_selected, implicit_consent]}
    claims: {purpose: marketing, topic: "*", channel: "*"}

events:
  - type: optout.recorded
    when: {column: /event_type, in: [deny_all, withdrawn]}
    data: {purpose: marketing, topic: "*", channel: "*", contactPoint: "*", route: import}

"""#),
    ("unomi-consents.yaml", #"""
# Profiles of Apache Unomi, one a line, with the state of each consent.
#
# Consents of Unomi have no purpose of ours: a no counts for marketing as a whole.
mapping: unomi-consents
about: "Profiles of Apache Unomi with their consents, one a line"
reads:
  format: ndjson

subject: {byAddress: {column: /properties/email, normalise: email}}
time: {column: /properties/lastVisit, instant: rfc3339}

quarantine:
  - repeat: {each: /consents}
    when: {column: /status, equals: GRANTED}
    subject: {byAddress: {column: record/properties/email, normalise: email}}
    claims: {purpose: marketing, topic: "*", channel: email}
unmatched:
  skip: "the profile says neither yes nor no"

events:
  - type: optout.recorded
    repeat: {each: /consents}
    when: {column: /status, in: [DENIED, REVOKED]}
    subject: {byAddress: {column: record/properties/email, normalise: email}}
    time: {column: /statusDate, instant: rfc3339}
    data: {purpose: marketing, topic: "*", channel: email, contactPoint: {pointOf: subject}, route: import}

"""#),
    ("webhooks-mailgun.yaml", #"""
# What Mailgun posts, one payload a line: the present form, whose event stands in `event-data`, and the older form of
# fields, as JSON.
#
# Customers are found by the address alone. A no of an address that nobody has is kept with it; other news of such an
# address are set aside. Delays are not read: Mailgun tries again and tells how it ended.
mapping: webhooks-mailgun
about: "Mailgun webhooks, one payload a line"
reads:
  format: ndjson
  # Archives wrap what was posted in a member `payload`.
  records: [/payload/event-data, /event-data, /payload, ""]

id: {column: [/id, /token], ifEmpty: absent}
subject: {byAddress: {column: /recipient, normalise: email}}
time: {column: /timestamp, instant: epochSeconds}

skip:
  - when: {column: /severity, equals: temporary}
    because: "a delay: Mailgun tries again"
unmatched:
  skip: "the payload tells no outcome of a message to somebody"

events:
  # What lasts is told by the reason: a message that grew too old says nothing of the address.
  - type: contact.bounced
    name: bounced
    when:
      - {column: /event, in: [failed, bounced]}
      - {column: [/message/headers/message-id, /Message-Id], present: yes}
    data:
      messageId: {column: [/message/headers/message-id, /Message-Id]}
      contactPoint: {pointOf: subject}
      bounce:
        column: [/reason, /event]
        map: {bounce: hard, suppress-bounce: hard, bounced: hard}
        ifUnknown: {use: soft}
      code: {column: [/delivery-status/code, /code], ifEmpty: absent}

  - type: contactpoint.invalidated
    cause: bounced
    when:
      any:
        - {column: [/reason, /event], in: [bounce, suppress-bounce, bounced]}
        - [{column: /event, equals: dropped}, {column: /code, equals: "605"}]
    data:
      contactPointId: {pointOf: subject}
      reason: hardBounce

  # A complaint is a fact and has an effect.
  - type: contact.complained
    name: complained
    when:
      - {column: /event, equals: complained}
      - {column: [/message/headers/message-id, /Message-Id], present: yes}
    data:
      messageId: {column: [/message/headers/message-id, /Message-Id]}
      contactPoint: {pointOf: subject}
      complainedTo: mailbox

  - type: optout.recorded
    cause: complained
    when:
      any:
        - {column: /event, equals: complained}
        - {column: /reason, equals: suppress-complaint}
        - [{column: /event, equals: dropped}, {column: /code, equals: "607"}]
    data:
      purpose: marketing
      topic: "*"
      channel: email
      contactPoint: {pointOf: subject}
      route: spamComplaint

  # Mailgun does not say about what: a no counts for all.
  - type: optout.recorded
    when:
      any:
        - {column: /event, equals: unsubscribed}
        - {column: /reason, equals: suppress-unsubscribe}
        - [{column: /event, equals: dropped}, {column: /code, equals: "606"}]
    data:
      purpose: marketing
      topic: "*"
      channel: email
      contactPoint: {pointOf: subject}
      route: import

  - type: contact.delivered
    when: {column: /event, equals: delivered}
    data:
      messageId: {column: [/message/headers/message-id, /Message-Id]}
      contactPoint: {pointOf: subject}

  - type: contact.responded
    when: {column: /event, in: [opened, clicked]}
    data:
      messageId: {column: [/message/headers/message-id, /Message-Id]}
      contactPoint: {pointOf: subject}
      response: {column: /event}

"""#),
    ("webhooks-postmark.yaml", #"""
# What Postmark posts, one payload a line.
#
# Customers are found by the address alone. A no of an address that nobody has is kept with it; other news of such an
# address are set aside. Who is subscribed again by Postmark is not: a yes needs its own evidence.
mapping: webhooks-postmark
about: "Postmark webhooks, one payload a line"
reads:
  format: ndjson
  # Archives wrap what was posted in a member `payload`.
  records: [/payload, ""]

# Bounces and complaints have numbers of their own; the others are named after their line.
id: {template: "{/RecordType}-{/ID}", ifEmpty: absent}
subject: {byAddress: {column: [/Email, /Recipient], normalise: email}}
time: {column: [/BouncedAt, /DeliveredAt, /ChangedAt, /ReceivedAt], instant: rfc3339}

skip:
  - when: [{column: /RecordType, equals: Bounce}, {column: /Type, equals: Transient}]
    because: "a delay: Postmark tries again"
unmatched:
  skip: "the payload tells no outcome of a message to somebody"

quarantine:
  - when: [{column: /RecordType, equals: SubscriptionChange}, {column: /SuppressSending, equals: "false"}]
    claims: {purpose: marketing, topic: "*", channel: email}
  - when: [{column: /RecordType, equals: Bounce}, {column: /Type, equals: Subscribe}]
    claims: {purpose: marketing, topic: "*", channel: email}

events:
  - type: contact.bounced
    name: bounced
    when:
      any:
        - - {column: /RecordType, equals: Bounce}
          - column: /Type
            in: [HardBounce, BadEmailAddress, SoftBounce, DnsError, Blocked, DMARCPolicy, SpamNotification, Unknown]
        - [{column: /RecordType, equals: SubscriptionChange}, {column: /SuppressionReason, equals: HardBounce}]
    data:
      messageId: {column: /MessageID}
      contactPoint: {pointOf: subject}
      bounce:
        column: [/Type, /SuppressionReason]
        map: {HardBounce: hard, BadEmailAddress: hard}
        ifUnknown: {use: soft}

  - type: contactpoint.invalidated
    cause: bounced
    when:
      any:
        - [{column: /RecordType, equals: Bounce}, {column: /Type, in: [HardBounce, BadEmailAddress]}]
        - [{column: /RecordType, equals: SubscriptionChange}, {column: /SuppressionReason, equals: HardBounce}]
    data:
      contactPointId: {pointOf: subject}
      reason: hardBounce

  # A complaint is a fact and has an effect.
  - type: contact.complained
    name: complained
    when: {column: [/Type, /SuppressionReason], equals: SpamComplaint}
    data:
      messageId: {column: /MessageID}
      contactPoint: {pointOf: subject}
      complainedTo: mailbox

  - type: optout.recorded
    cause: complained
    when: {column: [/Type, /SuppressionReason], equals: SpamComplaint}
    data:
      purpose: marketing
      topic: "*"
      channel: email
      contactPoint: {pointOf: subject}
      route: spamComplaint

  # Streams have no topic here: a no counts for all of them.
  - type: optout.recorded
    when:
      any:
        - [{column: /RecordType, equals: Bounce}, {column: /Type, equals: Unsubscribe}]
        - - {column: /RecordType, equals: SubscriptionChange}
          - {column: /SuppressSending, equals: "true"}
          - {column: /SuppressionReason, equals: ManualSuppression}
    data:
      purpose: marketing
      topic: "*"
      channel: email
      contactPoint: {pointOf: subject}
      route: import

  - type: contact.delivered
    when: {column: /RecordType, equals: Delivery}
    data:
      messageId: {column: /MessageID}
      contactPoint: {pointOf: subject}

  - type: contact.responded
    when: {column: /RecordType, in: [Open, Click]}
    data:
      messageId: {column: /MessageID}
      contactPoint: {pointOf: subject}
      response: {column: /RecordType, map: {Open: opened, Click: clicked}}

"""#),
    ("webhooks-sendgrid.yaml", #"""
# What SendGrid's event webhook posts, one payload a line: an array of events.
#
# Customers are found by the address alone. A no of an address that nobody has is kept with it; other news of such an
# address are set aside. Who rejoins a group of SendGrid's is not subscribed: a yes needs its own evidence.
mapping: webhooks-sendgrid
about: "SendGrid event webhooks, one payload a line"
reads:
  format: ndjson
  # Archives wrap what was posted in a member `payload`.
  records: [/payload, ""]

id: {column: /sg_event_id, ifEmpty: absent}
subject: {byAddress: {column: /email, normalise: email}}
time: {column: /timestamp, instant: epochSeconds}

skip:
  - when: {column: /event, equals: deferred}
    because: "a delay: SendGrid tries again"
unmatched:
  skip: "the payload tells no outcome of a message to somebody"

quarantine:
  - when: {column: /event, equals: group_resubscribe}
    claims: {purpose: marketing, topic: "*", channel: email}

events:
  - type: contact.bounced
    name: bounced
    when: {column: /event, equals: bounce}
    data:
      messageId: {column: [/sg_message_id, /smtp-id]}
      contactPoint: {pointOf: subject}
      # A block is the receiving server's word about the sender, not about the address.
      bounce: {column: /type, map: {bounce: hard, blocked: soft}, ifEmpty: {use: hard}}
      code: {column: /status, ifEmpty: absent}

  - type: contactpoint.invalidated
    cause: bounced
    when:
      any:
        - [{column: /event, equals: bounce}, {not: {column: /type, equals: blocked}}]
        - [{column: /event, equals: dropped}, {column: /reason, in: [Bounced Address, Invalid]}]
    data:
      contactPointId: {pointOf: subject}
      reason: hardBounce

  # A complaint is a fact and has an effect.
  - type: contact.complained
    name: complained
    when: {column: /event, equals: spamreport}
    data:
      messageId: {column: [/sg_message_id, /smtp-id]}
      contactPoint: {pointOf: subject}
      complainedTo: mailbox

  - type: optout.recorded
    cause: complained
    when:
      any:
        - {column: /event, equals: spamreport}
        - [{column: /event, equals: dropped}, {column: /reason, equals: Spam Reporting Address}]
    data:
      purpose: marketing
      topic: "*"
      channel: email
      contactPoint: {pointOf: subject}
      route: spamComplaint

  # Groups have no topic here: a no counts for all of them.
  - type: optout.recorded
    when:
      any:
        - {column: /event, in: [unsubscribe, group_unsubscribe]}
        - [{column: /event, equals: dropped}, {column: /reason, equals: Unsubscribed Address}]
    data:
      purpose: marketing
      topic: "*"
      channel: email
      contactPoint: {pointOf: subject}
      route: import

  - type: contact.delivered
    when: {column: /event, equals: delivered}
    data:
      messageId: {column: [/sg_message_id, /smtp-id]}
      contactPoint: {pointOf: subject}

  - type: contact.responded
    when: {column: /event, in: [open, click]}
    data:
      messageId: {column: [/sg_message_id, /smtp-id]}
      contactPoint: {pointOf: subject}
      response: {column: /event, map: {open: opened, click: clicked}}

"""#),
    ("webhooks-ses.yaml", #"""
# What Amazon SES posts through SNS, one notification a line: bounces, complaints, deliveries, opens, clicks.
#
# Customers are found by the address alone. A complaint of an address that nobody has still is a no; other news of such an
# address are set aside. Sends are not read: who sends records it.
mapping: webhooks-ses
about: "Amazon SES events through SNS, one notification a line"
reads:
  format: ndjson
  # Archives wrap what was posted in a member `payload`.
  records: [/payload, ""]

id: {column: /MessageId, ifEmpty: absent}
subject: {byAddress: {column: /Message/mail/destination/0, normalise: email}}
# Not every kind has a time of its own; SNS always has.
time:
  column:
    - /Message/bounce/timestamp
    - /Message/complaint/timestamp
    - /Message/delivery/timestamp
    - /Message/open/timestamp
    - /Message/click/timestamp
    - /Timestamp
  instant: rfc3339

unmatched:
  skip: "the notification tells no outcome of a message to somebody"

events:
  - type: contact.bounced
    name: bounced
    repeat: {each: /Message/bounce/bouncedRecipients}
    subject: {byAddress: {column: /emailAddress, normalise: email}}
    data:
      messageId: {column: record/Message/mail/messageId}
      contactPoint: {pointOf: subject}
      bounce:
        column: record/Message/bounce/bounceType
        map: {Permanent: hard, Transient: soft, Undetermined: soft}
      code: {column: /status, ifEmpty: absent}

  - type: contactpoint.invalidated
    cause: bounced
    repeat: {each: /Message/bounce/bouncedRecipients}
    when: {column: record/Message/bounce/bounceType, equals: Permanent}
    subject: {byAddress: {column: /emailAddress, normalise: email}}
    data:
      contactPointId: {pointOf: subject}
      reason: hardBounce

  # A complaint is a fact and has an effect.
  - type: contact.complained
    name: complained
    repeat: {each: /Message/complaint/complainedRecipients}
    subject: {byAddress: {column: /emailAddress, normalise: email}}
    data:
      messageId: {column: record/Message/mail/messageId}
      contactPoint: {pointOf: subject}
      complainedTo: mailbox

  - type: optout.recorded
    cause: complained
    repeat: {each: /Message/complaint/complainedRecipients}
    subject: {byAddress: {column: /emailAddress, normalise: email}}
    data:
      purpose: marketing
      topic: "*"
      channel: email
      contactPoint: {pointOf: subject}
      route: spamComplaint

  - type: contact.delivered
    repeat: {each: /Message/delivery/recipients}
    subject: {byAddress: {column: "", normalise: email}}
    data:
      messageId: {column: record/Message/mail/messageId}
      contactPoint: {pointOf: subject}

  # An opening or a click says nothing of who it was where a message went to several.
  - type: contact.responded
    when:
      - {column: [/Message/eventType, /Message/notificationType], in: [Open, Click]}
      - {column: /Message/mail/destination/1, empty: yes}
    data:
      messageId: {column: /Message/mail/messageId}
      contactPoint: {pointOf: subject}
      response:
        column: [/Message/eventType, /Message/notificationType]
        map: {Open: opened, Click: clicked}

  - type: optout.recorded
    when:
      - {column: /Message/eventType, equals: Subscription}
      - {column: /Message/subscription/newTopicPreferences/unsubscribeAll, equals: "true"}
    data:
      purpose: marketing
      topic: "*"
      channel: email
      contactPoint: {pointOf: subject}
      route: import

"""#),
  ]
}
