import { OuderWijzer } from "./element";

if (!customElements.get("ouder-wijzer")) customElements.define("ouder-wijzer", OuderWijzer);
