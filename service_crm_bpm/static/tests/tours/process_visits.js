import { registry } from "@web/core/registry";
import {
    decide,
    ended,
    fillIn,
    finish,
    isWith,
    openMine,
    startFromMenu,
    startHere,
    waitsFor,
} from "./process_steps";

/** Who sits down when, in the shipped processes, and what they do: one tour each. */
const VISITS = {
    // Receive payment
    payment_start: () => [
        ...startHere("Receive payment"),
        ...waitsFor("Issue the invoice", "Ольга Счетова"),
    ],
    payment_invoice: () => [
        ...openMine("Issue the invoice"),
        {
            content: "The invoice is one press away",
            trigger: "button[name=action_open_links]:contains(Invoices)",
            run: "click",
        },
        { trigger: "button[name=action_post]:enabled", run: "click" },
        { trigger: ".o_form_view .o_arrow_button_current:contains(Posted)" },
    ],
    payment_remind: () => [
        ...openMine("Remind the customer"),
        ...finish("Remind the customer", "Does not pay"),
        ...finish("Decide on the debt", "Schedule agreed"),
        {
            content: "It waits for the money, and says until when",
            trigger: ".o_bpm_step:contains(Wait for the payment):contains(until)",
        },
    ],

    // Monitoring of lost customers, with the child Delivery of goods
    lost_call: () => [
        ...startHere("Monitoring of lost customers", { note: "Не заказывал полгода" }),
        ...finish("Call the customer", "Answers"),
        ...finish("Find out the reasons", "Price or quality", { ticks: ["Reason noted"] }),
        ...finish("Make a special offer", "Interested"),
        ...finish("Prepare offer", "Agreed and paid"),
        ...ended(),
        {
            content: "The delivery lives its own life",
            trigger: "button[name=action_open_children]",
            run: "click",
        },
        { trigger: ".o_form_view h1:contains(Delivery of goods), .o_data_row:contains(Delivery of goods)" },
    ],
    delivery: () => [
        ...openMine("Plan the delivery"),
        ...finish("Plan the delivery", "Planned", {
            ticks: ["Day and hours agreed", "Car and driver"],
        }),
        ...finish("Pick and load", "Loaded", {
            ticks: ["Waybill printed", "Goods counted"],
        }),
        ...finish("Hand over to the customer", "Accepted"),
        ...waitsFor("Check the papers", "Service Manager"),
    ],
    delivery_papers: () => [
        ...openMine("Check the papers"),
        ...finish("Check the papers", "Complete", {
            ticks: ["Waybill is signed", "Power of attorney is kept"],
        }),
        ...ended(),
    ],

    // Sales
    sales_qualify: () => [
        ...startHere("Sales"),
        ...finish("Qualification", "Fits", {
            ticks: ["Who decides", "Budget", "When it is needed"],
        }),
        ...waitsFor("Visa of the head", "Admin"),
    ],
    sales_visa: () => [
        ...openMine("Visa of the head"),
        ...decide("Visa of the head"),
        ...isWith("Presentation", "Service Manager"),
    ],
    sales_offer: () => [
        ...openMine("Presentation"),
        ...finish("Presentation", "Interested", {
            ticks: ["Meeting held", "Catalogue of services agreed"],
        }),
        ...finish("Offer", "Agreed"),
        ...waitsFor("Agree the contract", "Ольга Счетова"),
    ],
    sales_agree: () => [
        ...openMine("Agree the contract"),
        ...decide("Agree the contract"),
    ],
    sales_sign: () => [
        ...openMine("Signing the contract"),
        ...finish("Signing the contract", "Signed"),
        {
            content: "The payment is a process of its own, which is waited for",
            trigger: ".o_bpm_step:contains(Payment):contains(0 of 1)",
        },
    ],
    sales_close: () => [
        ...openMine("Hold the event"),
        ...finish("Hold the event", "Held"),
        ...finish("Closing and next talk", "Closed", {
            ticks: ["Impressions asked", "Next event agreed"],
        }),
        ...ended(),
    ],

    // Complaint handling
    complaint_customer: () => [
        { trigger: ".o_service_stars label[for=star2]", run: "click" },
        { trigger: "#rate_text", run: "edit Опоздали" },
        { trigger: "#rate button[type=submit]", run: "click", expectUnloadPage: true },
        { trigger: "#rate .o_service_given:contains(★★☆☆☆)" },
    ],
    complaint_cause: () => [
        ...openMine("Talk to the customer"),
        ...finish("Talk to the customer", "Justified", {
            ticks: ["What exactly was wrong", "What the customer expects"],
        }),
        ...fillIn("Cause", "Нет запаса"),
        ...finish("Find the cause", "Found", {
            ticks: ["Cause noted", "Corrective action proposed"],
        }),
        ...waitsFor("Approve the corrective action", "Admin"),
    ],
    complaint_approve: () => [
        ...openMine("Approve the corrective action"),
        ...decide("Approve the corrective action"),
        ...isWith("Carry out the corrective action", "Service Dispatcher"),
    ],
    complaint_correct: () => [
        ...openMine("Carry out the corrective action"),
        ...finish("Carry out the corrective action", "Put right"),
        ...waitsFor("Tell the customer", "Service Manager"),
    ],
    complaint_tell: () => [
        ...openMine("Tell the customer"),
        ...finish("Tell the customer", "Satisfied"),
        ...ended(),
    ],

    // Incoming marketing
    marketing_qualify: () => [
        ...startHere("Incoming marketing"),
        ...finish("Qualify the inquiry", "Not yet", { ticks: ["Need understood"] }),
        ...waitsFor("Stay in touch", "Service Manager"),
    ],
    marketing_ready: () => [
        ...openMine("Stay in touch"),
        ...finish("Stay in touch", "Ready to buy"),
        ...ended(),
        { trigger: "button[name=action_open_children]", run: "click" },
        { trigger: ".o_form_view h1:contains(Sales), .o_data_row:contains(Sales)" },
    ],

    // Assignment
    assignment_give: () => [
        ...startFromMenu("Assignment", { note: "Сверить акты за октябрь" }),
        ...finish("Give the assignment", "Given", { next: "Service Operator" }),
        ...waitsFor("Carry out", "Service Operator"),
    ],
    assignment_do: () => [
        ...openMine("Carry out"),
        { trigger: ".o_bpm_card h1:contains(Assignment · Сверить акты за октябрь)" },
        { trigger: ".o_bpm_step button:contains(Begin)", run: "click" },
        { trigger: ".o_bpm_step .badge:contains(In Progress)" },
        ...finish("Carry out", "Done"),
        ...waitsFor("Accept the result", "Service Manager"),
    ],
    assignment_accept: () => [
        ...openMine("Accept the result"),
        ...finish("Accept the result", "Accepted"),
        ...ended(),
    ],

    // Hiring and onboarding
    hiring_start: () => [
        ...startFromMenu("Hiring and onboarding", { note: "Электромеханик" }),
        ...waitsFor("Look for candidates", "Admin"),
    ],
    hiring_search: () => [
        ...openMine("Look for candidates"),
        ...finish("Look for candidates", "Candidate found", {
            ticks: ["Vacancy published"],
        }),
    ],
    hiring_talk: () => [
        ...openMine("Talk with the candidate"),
        ...finish("Talk with the candidate", "Fits"),
        ...waitsFor("Approve the conditions", "Admin"),
    ],
    hiring_prepare: () => [
        ...openMine("Approve the conditions"),
        ...decide("Approve the conditions"),
        ...finish("Contract and papers", "Done", {
            ticks: ["Contract signed", "Order issued"],
        }),
        ...finish("Place of work and access", "Done", {
            ticks: ["Desk and equipment", "Accounts and rights"],
        }),
        { trigger: ".o_bpm_step:contains(All is ready):contains(Waits for the other)" },
    ],
    hiring_plan: () => [
        ...openMine("Plan of the first weeks"),
        ...finish("Plan of the first weeks", "Done", {
            ticks: ["Mentor named", "Aims agreed"],
        }),
        { trigger: ".o_bpm_step:contains(Probation):contains(Pause until)" },
    ],
    hiring_result: () => [
        ...openMine("Talk about the result"),
        ...finish("Talk about the result", "Stays"),
        ...ended(),
    ],

    // Purchase request
    purchase_describe: () => [
        ...startFromMenu("Purchase request", { note: "Лестница 6 м" }),
        ...fillIn("Amount", "250000"),
        ...finish("Describe what is needed", "Described"),
        ...waitsFor("Agreed by the head", "Admin"),
    ],
    purchase_agree: () => [
        ...openMine("Agreed by the head"),
        ...decide("Agreed by the head"),
        ...isWith("Agreed by accounting", "Ольга Счетова"),
    ],
    purchase_buy: () => [
        ...openMine("Agreed by accounting"),
        ...decide("Agreed by accounting"),
        ...finish("Order and pay", "Ordered"),
        ...waitsFor("Take delivery", "Service Dispatcher"),
    ],
    purchase_receive: () => [
        ...openMine("Take delivery"),
        ...finish("Take delivery", "Received", { ticks: ["Quantity and quality checked"] }),
        ...ended(),
    ],

    // Registration of a customer
    registration_card: () => [
        ...startHere("Registration of a customer"),
        ...finish("Fill in the card", "Complete", {
            ticks: ["Requisites checked", "Contact persons noted"],
        }),
        ...waitsFor("Choose the personal manager", "Admin"),
    ],
    registration_manager: () => [
        ...openMine("Choose the personal manager"),
        {
            content: "What is missing is said, and the button waits for it",
            trigger: ".o_bpm_step .alert-warning:contains(Salesperson)",
        },
        {
            trigger: ".o_bpm_step .alert-warning button:contains(ООО Ромашка)",
            run: "click",
        },
        { trigger: ".o_form_view .nav-link[name=sales_purchases]", run: "click" },
        {
            trigger: ".o_field_widget[name=user_id] input",
            run: "edit Service Manager",
        },
        {
            trigger: ".o-autocomplete--dropdown-item a:contains(Service Manager)",
            run: "click",
        },
        { trigger: ".o_form_button_save:enabled", run: "click" },
        { trigger: ".breadcrumb-item a:contains(Registration)", run: "click" },
        ...finish("Choose the personal manager", "Chosen"),
        ...isWith("Introduce yourself", "Service Manager"),
    ],
    registration_welcome: () => [
        ...openMine("Introduce yourself"),
        ...finish("Introduce yourself", "Talked"),
        ...ended(),
    ],

    // Order of an online shop
    shop_clarify: () => [
        ...startHere("Order of an online shop"),
        ...finish("Clarify by phone", "Clear", {
            ticks: ["Goods and quantities", "Address and time of delivery", "How it is paid"],
        }),
        { trigger: ".o_bpm_step:contains(Receive payment):contains(Waits for)" },
    ],
};

for (const [name, steps] of Object.entries(VISITS)) {
    registry.category("web_tour.tours").add(`service_process_${name}`, { steps });
}
